import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Store } from '../../src/store/client.ts';
import { createAsker, type OpenApi, type Operation, readOpenApi, type Schema } from './answers.ts';
import { receivingOf } from './receiving.ts';
import { seededAlert } from './seed.ts';
import { ledgerEntry, openSeededStore, testServer } from './test-server.ts';

const ALERT = `/api/v1/alerts/${seededAlert().id}`;
/** One good question for every route. */
const QUESTIONS: readonly (readonly ['GET' | 'POST', string, (Record<string, unknown> | string)?])[] = [
  ['GET', '/api/v1/search'],
  ['POST', '/api/v1/search', { size: 3 }],
  ['POST', '/api/v1/aggregate', { interval: 'auto', split: { field: 'service.name' } }],
  ['GET', '/api/v1/fields'],
  ['GET', '/api/v1/error-groups'],
  ['GET', '/api/v1/security'],
  ['GET', '/api/v1/alerts'],
  ['GET', ALERT],
  ['POST', `${ALERT}/acknowledge`, { by: 'ann' }],
  ['POST', `${ALERT}/resolve`, {}],
  ['POST', `${ALERT}/dismiss`, {}],
  ['GET', '/api/v1/ledger'],
  ['GET', '/api/v1/delivery'],
  ['GET', '/api/v1/dead-letters'],
  ['GET', '/api/v1/explain?file=/srv/shop/api.log&offset=0'],
  ['POST', '/api/v1/ingest/json', '{"msg":"a"}\n{"msg":"b"}\n'],
  ['POST', '/v1/logs', {}],
  ['GET', '/health'],
  ['GET', '/ready'],
];

describe('the OpenAPI document', () => {
  let store: Store;
  let document: OpenApi;
  before(async () => {
    store = await openSeededStore();
    document = await readOpenApi(testServer(store));
  });
  after(() => store.close());
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('names every route with a summary, one tag, its parameters and all of its answers', () => {
    assert.equal(document.openapi, '3.1.0');
    const summaries = new Set<string>();
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      assert.ok((operation.summary ?? '').length > 5, `${where} has a summary`);
      assert.equal(operation.tags?.length, 1, `${where} has a tag`);
      summaries.add(`${operation.summary} ${method}`);
      assert.deepEqual(namesIn(path), inPath(operation), `${where} declares what is in its path`);
      assert.ok('4XX' in operation.responses && '5XX' in operation.responses, `${where} declares its faults`);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        assert.ok(description !== '' && description !== 'Default Response', `${where} describes ${status}`);
        assert.ok(content !== undefined, `${where} has a schema for ${status}`);
      }
      assert.equal(operation.requestBody !== undefined, method === 'post', `${where} has a body if it is a POST`);
    }
    assert.equal(summaries.size, operations().length, 'no two routes are described alike');
  });

  it('holds only valid JSON Schemas, in which every object names its keys or what they hold', () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true, discriminator: true });
    addFormats.default(ajv);
    ajv.addKeyword('example');
    for (const { path, operation } of operations()) {
      for (const schema of schemasOf(operation)) {
        ajv.compile(schema);
        for (const part of objectsIn(schema)) {
          assert.ok(
            'properties' in part || 'additionalProperties' in part || 'oneOf' in part,
            `${path}: an empty object`,
          );
        }
      }
    }
  });

  it('requires nothing of callers that has a default', () => {
    const search = document.paths['/api/v1/search']!;
    const parameters = search['get']!.parameters!;
    assert.deepEqual(
      parameters.filter(({ required }) => required),
      [],
    );
    assert.deepEqual(parameters.find(({ name }) => name === 'size')?.schema['default'], 100);
    assert.deepEqual(search['post']!.requestBody!.content['application/json']!.schema['required'], []);
  });

  it('says which credentials are wanted, and that monitors need none', async () => {
    assert.deepEqual(document.security, []);
    const server = testServer(store, { tokens: ['secret'] });
    const answer = await server.inject({
      url: '/api/openapi.json',
      headers: { host: 'localhost', authorization: 'Bearer secret' },
    });
    const secured = answer.json<OpenApi>();
    assert.deepEqual(secured.security, [{ bearer: [] }, { basic: [] }]);
    assert.deepEqual(secured.paths['/health']!['get']!.security, []);
    assert.equal(secured.paths['/api/v1/search']!['get']!.security, undefined);
  });

  it('agrees with what every route answers', async () => {
    const server = testServer(store, {
      agent: { files: () => [ledgerEntry('/srv/shop/api.log', 364, 4)] },
      receiving: receivingOf(),
    });
    const ask = await createAsker(server);
    const asked = new Set<string>();
    for (const [method, address, payload] of QUESTIONS) {
      const [path = '', search = ''] = address.split('?');
      const query = Object.fromEntries(new URLSearchParams(search));
      const { status } = await ask(method, path, { query, ...(payload === undefined ? {} : { payload }) });
      assert.equal(status, 200, `${method} ${address}`);
      asked.add(
        `${method.toLowerCase()} ${path.replace(seededAlert().id, '{id}').replace(/(?<=ingest\/)\w+/, '{pipeline}')}`,
      );
    }
    const metrics = await server.inject({ url: '/metrics', headers: { host: 'localhost' } });
    assert.match(String(metrics.headers['content-type']), /^text\/plain/);
    asked.add('get /metrics');
    assert.deepEqual(
      operations()
        .map(({ path, method }) => `${method} ${path}`)
        .sort(),
      [...asked].sort(),
    );
  });
});

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

function inPath({ parameters = [] }: Operation): string[] {
  return parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
}

function schemasOf({ parameters = [], requestBody, responses }: Operation): Schema[] {
  const contents = [requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}));
  return [...parameters.map(({ schema }) => schema), ...contents.map(({ schema }) => schema)];
}

function objectsIn(schema: unknown): Schema[] {
  if (Array.isArray(schema)) return schema.flatMap(objectsIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectsIn);
  return (schema as Schema)['type'] === 'object' ? [schema as Schema, ...inner] : inner;
}
