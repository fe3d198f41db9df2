import { type Contract, type FieldContract, type JsonType, typesOf } from './contract.ts';

const TYPES: Readonly<Record<Exclude<JsonType, 'array' | 'object'>, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The declarations of several streams, each under a name of its own: `shop-log` and `shop.log` would share one. */
export function typeScriptOfAll(contracts: readonly (readonly [dataset: string, contract: Contract])[]): string {
  const taken = new Map<string, number>();
  const declarations = contracts.map(([dataset, contract]) => {
    const name = nameOf(dataset);
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return typeScriptOf(dataset, contract, count === 1 ? name : `${name}${count}`);
  });
  return declarations.join('\n');
}

/** The declaration of a stream's flat events, for programs that read them. @param dataset gives the type its name. */
export function typeScriptOf(dataset: string, contract: Contract, name = nameOf(dataset)): string {
  const { title = `Events of ${dataset}`, required = [], properties } = contract;
  const lines = Object.entries(properties).map(([field, one]) => {
    const optional = required.includes(field) ? '' : '?';
    return `  readonly '${quoted(field)}'${optional}: ${typeText(one)};`;
  });
  return [`/** ${title.replaceAll('*/', '* /')} */`, `export type ${name} = {`, ...lines, '};', ''].join('\n');
}

function nameOf(dataset: string): string {
  const words = dataset.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const start = /^\d/.test(words[0] ?? '') ? '_' : '';
  return `${start}${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}Event`;
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
}

function typeText(contract: FieldContract): string {
  if (contract.enum !== undefined) return contract.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in contract) return JSON.stringify(contract['const']);
  const types = typesOf(contract);
  if (types.length === 0) return 'unknown';
  const texts = types.map((type) => {
    if (type === 'array') return listText(contract.items);
    return type === 'object' ? objectText(contract) : TYPES[type];
  });
  return [...new Set(texts)].join(' | ');
}

function objectText({ properties = {}, required }: FieldContract): string {
  const must: readonly unknown[] = Array.isArray(required) ? required : [];
  const keys = Object.entries(properties).map(
    ([key, contract]) => `readonly '${quoted(key)}'${must.includes(key) ? '' : '?'}: ${typeText(contract)}`,
  );
  return keys.length === 0 ? 'Readonly<Record<string, unknown>>' : `{ ${keys.join('; ')} }`;
}

function listText(items: FieldContract | undefined): string {
  const text = items === undefined ? 'unknown' : typeText(items);
  return `readonly ${text.includes(' | ') ? `(${text})` : text}[]`;
}
