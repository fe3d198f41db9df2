import assert from 'node:assert/strict';
import { Ajv, type ValidateFunction } from 'ajv';
import type { FastifyInstance, InjectOptions } from 'fastify';

export type Schema = { readonly [key: string]: unknown };
export type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
};
export type OpenApi = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly security: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

export type Answer<Body> = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: Body;
};
/** Asks a server, holds its JSON answers against its own OpenAPI document, and gives them. */
export type Asker = <Body>(
  method: 'GET' | 'POST',
  path: string,
  more?: Pick<InjectOptions, 'query' | 'payload' | 'headers'>,
) => Promise<Answer<Body>>;

const HOST = '127.0.0.1:4600';

export async function readOpenApi(server: FastifyInstance): Promise<OpenApi> {
  const answer = await server.inject({ url: '/api/openapi.json', headers: { host: HOST } });
  assert.equal(answer.statusCode, 200);
  return answer.json<OpenApi>();
}

/** An asker whose every answer has exactly the shape that the server's OpenAPI document promises. */
export async function createAsker(server: FastifyInstance): Promise<Asker> {
  const document = await readOpenApi(server);
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validators = new Map<string, ValidateFunction>();
  return async <Body>(method: 'GET' | 'POST', path: string, more: Parameters<Asker>[2] = {}) => {
    const response = await server.inject({ method, url: path, ...more, headers: { host: HOST, ...more.headers } });
    const body = response.json<Body>();
    const key = `${method} ${templateOf(document, path)} ${response.statusCode}`;
    let validate = validators.get(key);
    if (validate === undefined) {
      validate = ajv.compile(closed(schemaOf(document, method, path, response.statusCode)));
      validators.set(key, validate);
    }
    assert.ok(validate(body), `${key} answers ${response.body.slice(0, 300)}: ${ajv.errorsText(validate.errors)}`);
    return { status: response.statusCode, headers: response.headers, body };
  };
}

function templateOf(document: OpenApi, path: string): string {
  const matches = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const template = Object.keys(document.paths).find(matches);
  assert.ok(template !== undefined, `${path} is in the OpenAPI document`);
  return template;
}

function schemaOf(document: OpenApi, method: string, path: string, status: number): Schema {
  const responses = document.paths[templateOf(document, path)]![method.toLowerCase()]!.responses;
  const response = responses[status] ?? responses[`${String(status)[0]}XX`];
  assert.ok(response !== undefined, `${method} ${path} may answer ${status}`);
  const schema = response.content?.['application/json']?.schema;
  assert.ok(schema !== undefined, `${method} ${path} has a schema for ${status}`);
  return schema;
}

/** The schema without room for keys it does not name, so that a key too many is seen as well as one too few. */
function closed(schema: unknown): Schema {
  const close = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(close);
    if (typeof part !== 'object' || part === null) return part;
    const copy = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, close(value)]));
    return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
  };
  return close(schema) as Schema;
}
