import type { Stream } from './catalog.ts';
import type { Embedded } from './embedded.ts';
import { jsonBody } from './index-routes.ts';
import {
  type ComponentTemplate,
  checkIndexTemplate,
  compose,
  findTemplate,
  type IndexTemplate,
} from './index-template.ts';
import { asObject, Mapping } from './mapping.ts';
import { checkIndexName, noSuchIndex, pickNames } from './resolve.ts';
import { EsError, type Route, type RouteRequest, type RouteResponse } from './route.ts';

/** Index templates, component templates and data streams. */
export const templateRoutes: readonly Route<Embedded>[] = [
  { methods: ['PUT', 'POST'], pattern: '/_index_template/:name', handle: putTemplate },
  { methods: ['GET'], pattern: '/_index_template', handle: getTemplates },
  { methods: ['GET', 'HEAD'], pattern: '/_index_template/:name', handle: getTemplates },
  { methods: ['DELETE'], pattern: '/_index_template/:name', handle: deleteTemplate },
  { methods: ['POST'], pattern: '/_index_template/_simulate_index/:name', handle: simulate },
  { methods: ['PUT', 'POST'], pattern: '/_component_template/:name', handle: putComponent },
  { methods: ['GET'], pattern: '/_component_template', handle: getComponents },
  { methods: ['GET', 'HEAD'], pattern: '/_component_template/:name', handle: getComponents },
  { methods: ['DELETE'], pattern: '/_component_template/:name', handle: deleteComponent },
  { methods: ['PUT'], pattern: '/_data_stream/:name', handle: createStream },
  { methods: ['GET'], pattern: '/_data_stream', handle: getStreams },
  { methods: ['GET'], pattern: '/_data_stream/:name', handle: getStreams },
  { methods: ['DELETE'], pattern: '/_data_stream/:name', handle: deleteStreams },
];

const ACKNOWLEDGED = { acknowledged: true };

async function putTemplate({ params, body }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const name = params['name']!;
  const given = jsonBody(body);
  return await store.writer.write(body.length, async ({ catalog }) => {
    const template = checkIndexTemplate(given, catalog.components, catalog.templates, name);
    catalog.templates.set(name, template);
    await catalog.save('template', name, template);
    return { status: 200, body: ACKNOWLEDGED };
  });
}

async function getTemplates({ params }: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const picked = pick(params['name'], catalog.templates, 'index');
  const index_templates = picked.map(([name, index_template]) => ({ name, index_template }));
  // As Elasticsearch answers a pattern that fits nothing.
  const isMissing = params['name'] !== undefined && picked.length === 0;
  return { status: isMissing ? 404 : 200, body: { index_templates } };
}

async function deleteTemplate({ params }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  return await store.writer.write(0, async ({ catalog }) => {
    for (const [name] of pick(params['name'], catalog.templates, 'index')) {
      catalog.templates.delete(name);
      await catalog.save('template', name, undefined);
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

async function simulate({ params }: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const found = findTemplate(params['name']!, catalog.templates);
  return { status: 200, body: { template: compose(found?.template, catalog.components), overlapping: [] } };
}

async function putComponent({ params, body }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const name = params['name']!;
  const given = jsonBody(body);
  const { mappings } = asObject(given['template'], 'template');
  if (mappings !== undefined) new Mapping().merge(mappings);
  return await store.writer.write(body.length, async ({ catalog }) => {
    const component = given as unknown as ComponentTemplate;
    catalog.components.set(name, component);
    await catalog.save('component', name, component);
    return { status: 200, body: ACKNOWLEDGED };
  });
}

async function getComponents({ params }: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const picked = pick(params['name'], catalog.components, 'component');
  const component_templates = picked.map(([name, component_template]) => ({ name, component_template }));
  return { status: 200, body: { component_templates } };
}

async function deleteComponent({ params }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  return await store.writer.write(0, async ({ catalog }) => {
    for (const [name] of pick(params['name'], catalog.components, 'component')) {
      const user = [...catalog.templates].find(([, { composed_of: parts }]) => parts?.includes(name) === true)?.[0];
      if (user !== undefined) {
        const reason = `component templates [${name}] cannot be removed as they are still in use by index templates [${user}]`;
        throw new EsError(400, 'illegal_argument_exception', reason);
      }
      catalog.components.delete(name);
      await catalog.save('component', name, undefined);
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

/** Entries by name or wildcard; throws EsError 404 for a plain name that is not there. */
function pick<T>(name: string | undefined, all: ReadonlyMap<string, T>, kind: string): (readonly [string, T])[] {
  if (name !== undefined && !name.includes('*') && !all.has(name)) {
    const reason = `${kind} template matching [${name}] not found`;
    throw new EsError(404, 'resource_not_found_exception', reason);
  }
  return [...pickNames(name ?? '*', all.keys())].map((each) => [each, all.get(each)!] as const);
}

async function createStream({ params }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const name = params['name']!;
  checkIndexName(name);
  return await store.writer.write(0, async (transaction) => {
    const { catalog } = transaction;
    const found = findTemplate(name, catalog.templates);
    if (found?.template.data_stream === undefined) {
      const reason = `no matching index template found for data stream [${name}]`;
      throw new EsError(400, 'illegal_argument_exception', reason);
    }
    if (catalog.names().has(name)) {
      throw new EsError(400, 'resource_already_exists_exception', `data_stream [${name}] already exists`);
    }
    await transaction.addStream(name, found.name);
    return { status: 200, body: ACKNOWLEDGED };
  });
}

async function getStreams({ params, query }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const data_streams = pickStreams(params['name'], store, query).map((stream) => describe(stream, store));
  return { status: 200, body: { data_streams } };
}

function describe({ name, indices, generation, template }: Stream, { catalog }: Embedded) {
  const lifecycle = (catalog.templates.get(template) as IndexTemplate | undefined)?.template?.lifecycle;
  return {
    name,
    timestamp_field: { name: '@timestamp' },
    indices: indices.map((index_name) => ({ index_name, index_uuid: catalog.indices.get(index_name)?.uuid })),
    generation,
    status: 'GREEN',
    template,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    hidden: false,
    system: false,
  };
}

async function deleteStreams({ params, query }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  return await store.writer.write(0, async ({ catalog }) => {
    for (const stream of pickStreams(params['name'], store, query)) {
      for (const index of catalog.indicesOf(stream.name)) await catalog.drop(index);
      catalog.streams.delete(stream.name);
      await catalog.save('stream', stream.name, undefined);
    }
    return { status: 200, body: ACKNOWLEDGED };
  });
}

function pickStreams(
  name: string | undefined,
  { catalog }: Embedded,
  query: Readonly<Record<string, string>>,
): Stream[] {
  const names = pickNames(name ?? '*', catalog.streams.keys(), { ignoreUnavailable: true });
  const plain = (name ?? '*').split(',').find((part) => !part.includes('*') && part !== '_all' && !names.has(part));
  if (plain !== undefined && query['ignore_unavailable'] !== 'true') throw noSuchIndex(plain);
  return [...names].map((each) => catalog.streams.get(each)!);
}
