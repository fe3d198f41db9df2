import { parseDuration } from '../../model/units.ts';
import type { Embedded } from './embedded.ts';
import { IndexState } from './index-state.ts';
import { compose, findTemplate } from './index-template.ts';
import { asObject, type JsonObject } from './mapping.ts';
import { checkIndexName, pickNames } from './resolve.ts';
import { EsError, type Route, type RouteRequest, type RouteResponse } from './route.ts';
import type { Transaction } from './transaction.ts';

/** Indices and what they are made of: create, delete, mapping, settings, aliases, refresh, rollover. */
export const indexRoutes: readonly Route<Embedded>[] = [
  { methods: ['PUT'], pattern: '/:index', handle: createIndex },
  { methods: ['DELETE'], pattern: '/:index', handle: deleteIndex },
  { methods: ['GET', 'HEAD'], pattern: '/:index', handle: describeIndex },
  { methods: ['GET'], pattern: '/_mapping', handle: getMapping },
  { methods: ['GET'], pattern: '/:index/_mapping', handle: getMapping },
  { methods: ['PUT', 'POST'], pattern: '/:index/_mapping', handle: putMapping },
  { methods: ['GET'], pattern: '/:index/_settings', handle: getSettings },
  { methods: ['PUT'], pattern: '/:index/_settings', handle: putSettings },
  { methods: ['GET'], pattern: '/_alias', handle: getAliases },
  { methods: ['GET'], pattern: '/:index/_alias', handle: getAliases },
  { methods: ['POST'], pattern: '/_aliases', handle: changeAliases },
  { methods: ['GET', 'POST'], pattern: '/_refresh', handle: acknowledgeShards },
  { methods: ['GET', 'POST'], pattern: '/:index/_refresh', handle: acknowledgeShards },
  { methods: ['GET', 'POST'], pattern: '/_flush', handle: acknowledgeShards },
  { methods: ['GET', 'POST'], pattern: '/:index/_flush', handle: acknowledgeShards },
  { methods: ['POST'], pattern: '/:index/_forcemerge', handle: acknowledgeShards },
  { methods: ['POST'], pattern: '/:index/_rollover', handle: rollOver },
];

const ACKNOWLEDGED = { acknowledged: true };

/** A JSON body, `{}` when there is none. Throws EsError 400. */
export function jsonBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    return asObject(JSON.parse(body.toString('utf8')), 'request body');
  } catch (cause) {
    if (cause instanceof EsError) throw cause;
    throw new EsError(400, 'parse_exception', `Failed to parse content: ${(cause as Error).message}`);
  }
}

/** Names of an index expression in `:index`; by default everything. */
function indicesOf({ params, query }: RouteRequest, store: Embedded): IndexState[] {
  const ignoreUnavailable = query['ignore_unavailable'] === 'true';
  return store.catalog.resolveIndices(params['index'] ?? '*', { ignoreUnavailable });
}

async function createIndex({ params, body }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const name = params['index']!;
  checkIndexName(name);
  const { mappings, settings, aliases } = jsonBody(body);
  return await store.writer.write(body.length, async (transaction) => {
    const { catalog } = transaction;
    if (catalog.names().has(name)) {
      const uuid = catalog.indices.get(name)?.uuid;
      throw new EsError(400, 'resource_already_exists_exception', `index [${name}/${uuid}] already exists`, {
        index: name,
      });
    }
    const found = findTemplate(name, catalog.templates);
    if (found?.template.data_stream !== undefined) {
      const reason = `cannot create index with name [${name}], because it matches with template [${found.name}] that creates data streams only, use create data stream api instead`;
      throw new EsError(400, 'illegal_argument_exception', reason);
    }
    const parts = compose(found?.template, catalog.components);
    const index = IndexState.make(name, transaction.now, {
      mappings: parts.mappings,
      settings: { ...parts.settings, ...(settings === undefined ? {} : asObject(settings, 'settings')) },
      aliases: { ...parts.aliases, ...(aliases === undefined ? {} : asObject(aliases, 'aliases')) },
    });
    if (mappings !== undefined) index.mapping.merge(mappings);
    transaction.addIndex(index);
    return { status: 200, body: { ...ACKNOWLEDGED, shards_acknowledged: true, index: name } };
  });
}

async function deleteIndex(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  return await store.writer.write(0, async (transaction) => {
    const { catalog } = transaction;
    const expression = request.params['index']!;
    const ignoreUnavailable = request.query['ignore_unavailable'] === 'true';
    const names = [...pickNames(expression, catalog.names(), { ignoreUnavailable })];
    const indices = names.flatMap((name) => catalog.indices.get(name) ?? []);
    for (const name of names) {
      if (catalog.indices.has(name) || expression.includes('*')) continue;
      const reason = catalog.streams.has(name)
        ? `The provided expression [${name}] matches a data stream, use the delete data stream API instead`
        : `The provided expression [${name}] matches an alias, specify the corresponding concrete indices instead.`;
      throw new EsError(400, 'illegal_argument_exception', reason);
    }
    for (const index of indices) refuseWriteIndex(transaction, index);
    for (const index of indices) await removeIndex(transaction, index);
    return { status: 200, body: ACKNOWLEDGED };
  });
}

function refuseWriteIndex({ catalog }: Transaction, index: IndexState): void {
  const stream = index.stream === undefined ? undefined : catalog.streams.get(index.stream);
  if (stream?.indices.at(-1) !== index.name) return;
  const reason = `index [${index.name}] is the write index for data stream [${stream.name}] and cannot be deleted`;
  throw new EsError(400, 'illegal_argument_exception', reason);
}

async function removeIndex(transaction: Transaction, index: IndexState): Promise<void> {
  const { catalog } = transaction;
  const stream = index.stream === undefined ? undefined : catalog.streams.get(index.stream);
  if (stream !== undefined) {
    stream.indices = stream.indices.filter((name) => name !== index.name);
    await catalog.save('stream', stream.name, stream);
  }
  await catalog.drop(index);
}

async function describeIndex(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const indices = indicesOf(request, store);
  const body = indices.map((index) => {
    const shown = { aliases: index.aliases, mappings: index.mapping.toBody(), settings: settingsOf(index) };
    return [index.name, index.stream === undefined ? shown : { ...shown, data_stream: index.stream }] as const;
  });
  return { status: 200, body: Object.fromEntries(body) };
}

async function getMapping(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const indices = indicesOf(request, store);
  const body = indices.map((index) => [index.name, { mappings: index.mapping.toBody() }] as const);
  return { status: 200, body: Object.fromEntries(body) };
}

async function putMapping(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const mapping = jsonBody(request.body);
  return await store.writer.write(request.body.length, async (transaction) => {
    const indices = indicesOf(request, store);
    for (const index of indices) index.checkMapping(mapping);
    for (const index of indices) {
      index.mapping.merge(mapping);
      transaction.touch(index);
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

function settingsOf(index: IndexState) {
  const given = (index.settings['index'] as JsonObject | undefined) ?? {};
  const flat = Object.entries(index.settings).filter(([key]) => key !== 'index');
  const own = { creation_date: String(index.created), uuid: index.uuid, provided_name: index.name };
  return {
    index: { number_of_shards: '1', number_of_replicas: '0', ...given, ...Object.fromEntries(flat), ...own },
  };
}

async function getSettings(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const body = indicesOf(request, store).map((index) => [index.name, { settings: settingsOf(index) }] as const);
  return { status: 200, body: Object.fromEntries(body) };
}

async function putSettings(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const settings = jsonBody(request.body);
  return await store.writer.write(request.body.length, async (transaction) => {
    for (const index of indicesOf(request, store)) {
      index.settings = { ...index.settings, ...settings };
      transaction.touch(index);
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

async function getAliases(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const body = indicesOf(request, store).map((index) => [index.name, { aliases: index.aliases }] as const);
  return { status: 200, body: Object.fromEntries(body) };
}

async function changeAliases({ body }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const { actions } = jsonBody(body) as { actions?: Record<string, JsonObject>[] };
  return await store.writer.write(body.length, async (transaction) => {
    const changes = (actions ?? []).flatMap((action) =>
      Object.entries(action).map(([kind, { index, alias, ...rest }]) => {
        const indices = transaction.catalog.resolveIndices(String(index));
        return { kind, indices, alias: String(alias), rest };
      }),
    );
    for (const { kind, indices, alias, rest } of changes) {
      for (const index of indices) {
        const { [alias]: _, ...others } = index.aliases;
        index.aliases = kind === 'add' ? { ...others, [alias]: rest } : others;
        transaction.touch(index);
      }
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

/** What is acknowledged is searchable at once, so there is nothing to refresh. */
async function acknowledgeShards(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const total = indicesOf(request, store).length;
  return { status: 200, body: { _shards: { total, successful: total, failed: 0 } } };
}

/** Makes the stream a new backing index, if the conditions in the body hold: any `max_*`, all `min_*`. */
async function rollOver({ params, query, body }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const name = params['index']!;
  const dryRun = query['dry_run'] === 'true';
  const { conditions: asked } = jsonBody(body);
  return await store.writer.write(body.length, async (transaction) => {
    const stream = transaction.catalog.streams.get(name);
    if (stream === undefined) {
      throw new EsError(400, 'illegal_argument_exception', `rollover target [${name}] is not a data stream`);
    }
    const before = stream.indices.at(-1)!;
    const conditions = await checkRollover(transaction, before, (asked ?? {}) as JsonObject);
    const met = Object.entries(conditions);
    const some = met.filter(([key]) => key.startsWith('[max_'));
    const roll =
      met.every(([key, holds]) => holds || key.startsWith('[max_')) &&
      (some.length === 0 || some.some(([, holds]) => holds));
    const rolled = roll && !dryRun;
    const after = rolled ? (await transaction.rollOver(stream)).name : before;
    const head = { acknowledged: rolled, shards_acknowledged: rolled, old_index: before, new_index: after };
    return { status: 200, body: { ...head, rolled_over: rolled, dry_run: dryRun, conditions } };
  });
}

async function checkRollover(
  transaction: Transaction,
  name: string,
  asked: JsonObject,
): Promise<Record<string, boolean>> {
  const index = transaction.catalog.index(name);
  await transaction.open(index);
  const age = transaction.now - index.created;
  // Every write has a sequence number; slices of streams see hardly anything but creates.
  const documents = index.nextSequence ?? 0;
  const checks = Object.entries(asked).map(([key, value]) => {
    const holds: Readonly<Record<string, () => boolean>> = {
      max_age: () => age >= parseDuration(String(value)),
      max_docs: () => documents >= Number(value),
      min_age: () => age >= parseDuration(String(value)),
      min_docs: () => documents >= Number(value),
    };
    const check = holds[key];
    if (check === undefined) throw new EsError(400, 'illegal_argument_exception', `unknown condition [${key}]`);
    return [`[${key}: ${String(value)}]`, check()] as const;
  });
  return Object.fromEntries(checks);
}
