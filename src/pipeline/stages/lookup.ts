import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { fieldType } from '../../model/field-type.ts';
import { defineStage, optionFault } from '../stage.ts';
import { fit } from './json/ecs.ts';
import { type Row, readTable, type Table, type TableOptions } from './lookup/read-table.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      description: 'field whose value is looked up; of a list the first that is found',
    }),
    file: Type.String({ minLength: 1, description: 'table or list; its path counts from this file' }),
    format: Type.Enum(['auto', 'text', 'csv', 'json'], {
      default: 'auto',
      description:
        'text: one key a line, # begins a comment; csv: with a header; json: an object by key, or a list of objects; auto: by the end of the name, text for any other',
    }),
    match: Type.Enum(['exact', 'cidr'], {
      default: 'exact',
      description: 'cidr: keys are networks, of which the smallest with the address counts',
    }),
    key: Type.Optional(Type.String({ minLength: 1, description: 'column with the key; by default the first' })),
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description: 'column: the field it fills; a JSON value that is no object has the column `value`',
    }),
    tag: Type.Optional(Type.String({ minLength: 1, description: 'added to tags when the value is found' })),
    override: Type.Boolean({ default: false, description: 'replace fields that are there already' }),
    ignore_case: Type.Boolean({ default: false, description: 'letters match in both cases' }),
  },
  { additionalProperties: false },
);

export const lookup = defineStage({
  name: 'lookup',
  summary: 'looks a value up in a table or list of a file, and adds fields or a tag',
  notes:
    'The file is read at the start and again, within seconds, when it has changed. A change that cannot be used is logged, and the table stays as it was.',
  form: 'map',
  options,
  examples: [
    {
      title: 'the smallest network with the address',
      options: {
        field: 'source.ip',
        file: 'networks.csv',
        match: 'cidr',
        fields: { zone: 'network.zone', owner: 'network.owner' },
      },
      in: { 'source.ip': '10.20.3.4' },
      out: { 'source.ip': '10.20.3.4', 'network.zone': 'shop', 'network.owner': 'Team Shop, Berlin' },
    },
    {
      title: 'a tag for those on a list',
      options: { field: 'source.ip', file: 'scanners.txt', match: 'cidr', tag: 'scanner' },
      in: { 'source.ip': '2001:db8:bad::1', tags: ['edge'] },
      out: { 'source.ip': '2001:db8:bad::1', tags: ['edge', 'scanner'] },
    },
    {
      title: 'by a number in JSON',
      options: { field: 'shop.service', file: 'services.json', fields: { name: 'service.name' } },
      in: { 'shop.service': 42 },
      out: { 'shop.service': 42, 'service.name': 'Checkout' },
    },
  ],
  create({ field, file, format, match, key, fields, tag, override, ignore_case }, { files }) {
    const targets = Object.entries(fields).map(([column, to]) => ({ column, to, type: fieldType(to) }));
    if (targets.length === 0 && tag === undefined) throw optionFault('fields', 'or tag must be given');
    const reading: TableOptions = { format: formatOf(format, file), match, key, ignoreCase: ignore_case };
    const wanted = targets.map(({ column }) => column).sort();
    let isRead = false;
    const table = files.open('file', file, `table ${JSON.stringify([reading, wanted])}`, (content) => {
      const read = readTable(content, reading);
      const gone = isRead ? missingColumn(read, wanted) : undefined;
      if (gone !== undefined) throw new Error(`it has no column "${gone}" any more`);
      isRead = true;
      return read;
    });
    const unknown = missingColumn(table.value, wanted);
    if (unknown !== undefined) throw optionFault('fields', `has a column that is not in ${file}: ${unknown}`);
    const fill = (event: Event, row: Row): void => {
      for (const { column, to, type } of targets) {
        const value = Object.hasOwn(row, column) ? row[column] : undefined;
        if (value === undefined || (event[to] !== undefined && !override)) continue;
        event[to] = (type === undefined ? undefined : fit(value, type)) ?? value;
      }
      if (tag !== undefined) addTag(event, tag);
    };
    return (event) => {
      const row = find(event[field], table.value.find);
      if (row !== undefined) fill(event, row);
      return event;
    };
  },
});

/** A table without rows may be of a form that names no columns. */
function missingColumn({ columns }: Table, wanted: readonly string[]): string | undefined {
  return columns.size === 0 ? undefined : wanted.find((column) => !columns.has(column));
}

function formatOf(format: 'auto' | TableOptions['format'], file: string): TableOptions['format'] {
  if (format !== 'auto') return format;
  return /\.csv$/i.test(file) ? 'csv' : /\.json$/i.test(file) ? 'json' : 'text';
}

function find(value: JsonValue | undefined, inTable: (key: string) => Row | undefined): Row | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return inTable(String(value));
  if (!Array.isArray(value)) return undefined;
  for (const one of value as readonly JsonValue[]) {
    const row = typeof one === 'object' ? undefined : inTable(String(one));
    if (row !== undefined) return row;
  }
  return undefined;
}

function addTag(event: Event, tag: string): void {
  const tags = event['tags'];
  const list: readonly JsonValue[] =
    tags === undefined || tags === null ? [] : Array.isArray(tags) ? tags : [tags as JsonValue];
  if (!list.includes(tag)) event['tags'] = [...list, tag];
}
