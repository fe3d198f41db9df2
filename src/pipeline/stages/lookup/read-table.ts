import { parse } from 'csv-parse/sync';
import type { JsonValue } from '../../../model/event.ts';
import { createRecentCache } from '../user-agent/recent-cache.ts';
import { NetworkTable, readNetwork } from './network-table.ts';

/** What a table says of a key, by column. */
export type Row = Readonly<Record<string, JsonValue>>;
export type Table = { readonly find: (key: string) => Row | undefined; readonly columns: ReadonlySet<string> };

export type TableOptions = {
  readonly format: 'text' | 'csv' | 'json';
  readonly match: 'exact' | 'cidr';
  /** Column with the key; by default the first one. */
  readonly key: string | undefined;
  readonly ignoreCase: boolean;
};

type Entries = { readonly entries: readonly Entry[]; readonly columns: ReadonlySet<string> };
type Entry = { readonly key: string; readonly row: Row; readonly place: string };

const MOST_REMEMBERED = 8192;
const LONGEST_ADDRESS = 64;
/** Remembered of an address that is in no network. */
const NOWHERE = Symbol('nowhere');

/** The column of a value that is no object. */
const VALUE = 'value';

/** Throws Error saying what is wrong, and where. */
export function readTable(content: Buffer, { format, match, key, ignoreCase }: TableOptions): Table {
  const text = content.toString('utf8').replace(/^\uFEFF/, '');
  const read = { text: textEntries, csv: csvEntries, json: jsonEntries }[format];
  const { entries, columns } = read(text, key);
  if (match === 'cidr') return { columns, find: networkFinder(entries) };
  const same = (word: string) => (ignoreCase ? word.toLowerCase() : word);
  const rows = new Map(entries.map((entry) => [same(entry.key), entry.row]));
  return { columns, find: (word) => rows.get(same(word)) };
}

function networkFinder(entries: readonly Entry[]): Table['find'] {
  const table = new NetworkTable<Row>();
  for (const { key, row, place } of entries) {
    const network = readNetwork(key);
    if (network === undefined) throw new Error(`${place}: "${key}" is no address and no network`);
    table.add(network, row);
  }
  const recent = createRecentCache<Row | typeof NOWHERE>(MOST_REMEMBERED);
  return (address) => {
    const known = recent.get(address);
    if (known !== undefined) return known === NOWHERE ? undefined : known;
    const row = table.find(address);
    if (address.length <= LONGEST_ADDRESS) recent.set(address, row ?? NOWHERE);
    return row;
  };
}

/** One key a line; what follows a # after blanks, or at the beginning, is a comment. */
function textEntries(text: string): Entries {
  const entries = text.split('\n').flatMap((line, at) => {
    const key = line.replace(/(?:^|\s)#.*$/s, '').trim();
    return key === '' ? [] : [{ key, row: {}, place: `line ${at + 1}` }];
  });
  return { entries, columns: new Set() };
}

function csvEntries(text: string, key: string | undefined): Entries {
  const [header, ...rows] = parse(text, { trim: true, skip_empty_lines: true, relax_quotes: true }) as string[][];
  if (header === undefined) throw new Error('it has no header');
  const at = key === undefined ? 0 : header.indexOf(key);
  if (at === -1) throw new Error(`it has no column "${key}"`);
  const entries = rows.map((cells, index) => ({
    key: cells[at]!,
    row: Object.fromEntries(
      cells.flatMap((cell, column) => (column === at || cell === '' ? [] : [[header[column]!, cell]])),
    ),
    place: `row ${index + 2}`,
  }));
  return { entries, columns: new Set(header.filter((_name, column) => column !== at)) };
}

/** An object whose names are keys, or a list of objects with a key in each. */
function jsonEntries(text: string, key: string | undefined): Entries {
  const entries = itemsOf(text, key);
  return { entries, columns: new Set(entries.flatMap(({ row }) => Object.keys(row))) };
}

function itemsOf(text: string, key: string | undefined): Entry[] {
  const json = JSON.parse(text) as JsonValue;
  if (typeof json !== 'object' || json === null) throw new Error('it is neither an object nor a list');
  if (!Array.isArray(json)) {
    return Object.entries(json).map(([name, value]) => ({ key: name, row: rowOf(value), place: `"${name}"` }));
  }
  return json.map((item: JsonValue, at): Entry => {
    const place = `item ${at + 1}`;
    const isRow = typeof item === 'object' && item !== null && !Array.isArray(item);
    if (!isRow) return { key: String(item), row: {}, place };
    const { [key ?? Object.keys(item)[0] ?? '']: own, ...row } = item as Row;
    if (own === undefined || own === null) throw new Error(`${place} has no ${key ?? 'key'}`);
    return { key: String(own), row, place };
  });
}

function rowOf(value: JsonValue): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : { [VALUE]: value };
}
