import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { FieldType } from '../../src/model/field-type.ts';
import { DIALECT, type FieldContract } from '../../src/pipeline/contracts/contract.ts';
import { mappedTypes } from '../../src/pipeline/contracts/mapped-types.ts';
import { checkedContract } from '../../src/pipeline/schemas.ts';
import { Mapping } from '../../src/store/embedded/mapping.ts';
import { eventMappings } from '../../src/store/mappings.ts';
import { installTemplates } from '../../src/store/templates.ts';
import { add, HOMES, type Home, streamOf } from './homes.ts';

const CONFIG = {
  inputs: [],
  retention: { default: '3650d', datasets: {}, schedule: '17 3 * * *' },
  store: {},
};
const TIME = '2026-01-01T00:00:00.000Z';

function typesOf(properties: Record<string, FieldContract>) {
  return mappedTypes({ $schema: DIALECT, title: 'x', type: 'object', properties });
}

async function opened(t: TestContext, home: Home) {
  const store = await home.open(t);
  t.after(() => store.close());
  const install = (contracts: Record<string, Record<string, FieldContract>>) =>
    installTemplates(store, CONFIG, {
      contracts: new Map(Object.entries(contracts).map(([dataset, properties]) => [dataset, typesOf(properties)])),
    });
  /** How fields are mapped in a new stream of the dataset, by a document that says nothing of them. */
  const mappedIn = async (dataset: string, fields: string[]) => {
    const stream = streamOf(dataset);
    await add(store.client, stream, { '@timestamp': TIME });
    const { fields: found } = await store.client.fieldCaps({ index: stream, fields });
    return fields.map((field) => Object.keys(found[field] ?? {}).join());
  };
  return { store, install, mappedIn };
}

for (const home of HOMES) {
  const { skip } = home;

  test(`${home.name}: fields of a contract have its types before a document holds them`, { skip }, async (t) => {
    const { install, mappedIn, store } = await opened(t, home);
    const shop = {
      'shop.paid_at': { type: 'string', format: 'date-time' },
      'shop.from': { type: 'string', format: 'ip' },
      'shop.count': { type: 'integer' },
      'shop.price': { type: ['number', 'null'] },
      'shop.gift': { type: 'boolean' },
      'shop.code': { enum: ['a', 'b'] },
      'shop.ratings': { type: 'array', items: { type: 'number' } },
      'http.response.status_code': { type: 'string' },
      'process.parent.pid': { type: 'string' },
    } as const;
    await install({ 'contract.shop': shop, leef: { 'leef.cost': { type: 'number' } } });
    assert.deepEqual(
      await mappedIn('contract.shop', Object.keys(shop)),
      ['date', 'ip', 'long', 'double', 'boolean', 'keyword', 'double', 'long', 'long'],
      'ECS has the last two its way',
    );
    assert.deepEqual(await mappedIn('leef', ['leef.cost', 'source.ip']), ['double', 'ip']);
    const { component_templates: parts } = await store.client.cluster.getComponentTemplate({
      name: 'logmill-contract-contract.shop',
    });
    assert.ok(JSON.stringify(parts).length < 2000, 'fields that are mapped anyway are not in it');
  });

  test(`${home.name}: a contract that changes counts from the next rollover on`, { skip }, async (t) => {
    const { install, store } = await opened(t, home);
    const { client } = store;
    await install({ 'contract.turn': { 'turn.n': { type: 'integer' } } });
    const stream = streamOf('contract.turn');
    await add(client, stream, { '@timestamp': TIME, turn: { n: 1 } });
    await install({ 'contract.turn': { 'turn.n': { type: 'number' } } });
    const type = async () =>
      Object.keys((await client.fieldCaps({ index: stream, fields: 'turn.n' })).fields['turn.n']!);
    assert.deepEqual(await type(), ['long']);
    await client.indices.rollover({ alias: stream });
    assert.deepEqual((await type()).toSorted(), ['double', 'long']);
  });

  test(`${home.name}: who has no contract leaves what another agent said of the stream`, { skip }, async (t) => {
    const { install, mappedIn } = await opened(t, home);
    await install({ gelf: { 'gelf.cost': { type: 'number' } } });
    await install({});
    assert.deepEqual(await mappedIn('gelf', ['gelf.cost']), ['double']);
  });

  test(`${home.name}: a contract of thousands of fields is taken as far as an index can have them`, {
    skip,
  }, async (t) => {
    const { install, mappedIn } = await opened(t, home);
    const many = Array.from({ length: 5000 }, (_, at) => [`wide.o${at}.n`, { type: 'integer' }] as const);
    await install({ 'contract.wide': Object.fromEntries(many) });
    assert.deepEqual(await mappedIn('contract.wide', ['wide.o0.n', 'wide.o4999.n']), ['long', '']);
  });
}

/** Values of a type as the first document of a stream may have them. */
const VALUES: Readonly<Record<FieldType, readonly unknown[]>> = {
  keyword: ['x'],
  text: ['x'],
  long: [1],
  double: [1, 1.5],
  boolean: [true],
  date: [TIME],
  ip: ['10.0.0.1'],
  geo_point: [],
  object: [],
};

test('every field of the contracts that ship gets the type its contract says, whatever value comes first', () => {
  const folder = path.resolve('config/schemas');
  const mapping = new Mapping();
  mapping.merge(eventMappings());
  const wrong: string[] = [];
  let seen = 0;
  for (const file of readdirSync(folder)) {
    const contract = checkedContract(JSON.parse(readFileSync(path.join(folder, file), 'utf8')), file);
    for (const [field, type] of mappedTypes(contract)) {
      seen++;
      for (const value of VALUES[type]) {
        const mapped = mapping.field(field) ?? mapping.derive(field, value);
        if (mapped === 'ignored' || mapped.type !== type) wrong.push(`${file} ${field} ${String(value)}`);
      }
    }
  }
  assert.ok(seen > 2000);
  assert.deepEqual(wrong, []);
});
