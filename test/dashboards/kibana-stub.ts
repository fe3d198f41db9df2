import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type SavedObject = {
  type: string;
  id: string;
  attributes?: object;
  references?: { type: string; id: string }[];
  typeMigrationVersion?: string;
};

export type KibanaStub = {
  readonly url: string;
  /** What was imported, by `type:id`. */
  readonly objects: Map<string, SavedObject>;
  close(): Promise<void>;
};

/** Newest versions that each release takes. */
const TYPES: Record<string, Record<string, string>> = {
  '8.19': { 'index-pattern': '8.0.0', dashboard: '10.3.0', search: '10.5.0', lens: '8.9.0' },
  '9.3': { 'index-pattern': '8.0.0', dashboard: '10.4.0', search: '10.6.0', lens: '8.9.0' },
};
const USER = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;

/** The import of saved objects as Kibana rules it: versions, unknown types, twice the same, missing references, overwrite. */
export async function startKibana(release: '8.19' | '9.3'): Promise<KibanaStub> {
  const objects = new Map<string, SavedObject>();
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, TYPES[release] ?? {}, objects);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, objects, close: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

type Answer = { status: number; body: object };

async function answer(
  request: IncomingMessage,
  types: Record<string, string>,
  stored: Map<string, SavedObject>,
): Promise<Answer> {
  const body = await text(request);
  const url = new URL(request.url ?? '/', 'http://kibana');
  if (url.pathname !== '/api/saved_objects/_import') return { status: 404, body: { message: 'Not Found' } };
  if (request.headers.authorization !== USER) return { status: 401, body: { message: 'Unauthorized' } };
  if (request.headers['kbn-xsrf'] === undefined)
    return { status: 400, body: { message: 'Request must contain a kbn-xsrf header.' } };
  const part = /filename="[^"]+\.ndjson"\r\n.*?\r\n\r\n(.*?)\r\n--/s.exec(body)?.[1];
  if (part === undefined) return { status: 415, body: { message: 'no .ndjson file' } };
  const objects = part
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SavedObject);
  return importObjects(objects, types, stored, url.searchParams.get('overwrite') === 'true');
}

function importObjects(
  objects: SavedObject[],
  types: Record<string, string>,
  stored: Map<string, SavedObject>,
  overwrite: boolean,
): Answer {
  const keyOf = ({ type, id }: SavedObject) => `${type}:${id}`;
  const keys = new Set(objects.map(keyOf));
  if (keys.size < objects.length) return { status: 400, body: { message: 'Non-unique import objects detected' } };
  const errors: object[] = [];
  for (const object of objects) {
    const { type, id, references = [], typeMigrationVersion = '', attributes } = object;
    const newest = types[type];
    const missing = references.filter(
      (ref) => ref.type === 'index-pattern' && !keys.has(keyOf(ref)) && !stored.has(keyOf(ref)),
    );
    if (newest === undefined) errors.push({ type, id, error: { type: 'unsupported_type' } });
    else if (attributes === undefined) return { status: 500, body: { message: 'An internal server error occurred' } };
    else if (typeMigrationVersion === '') return { status: 500, body: { message: 'migrations of old panels failed' } };
    else if (newer(typeMigrationVersion, newest))
      return { status: 422, body: { message: `Document "${id}" belongs to a more recent version` } };
    else if (missing.length > 0) errors.push({ type, id, error: { type: 'missing_references', references: missing } });
    else if (stored.has(keyOf(object)) && !overwrite) errors.push({ type, id, error: { type: 'conflict' } });
    else stored.set(keyOf(object), object);
  }
  return { status: 200, body: { success: errors.length === 0, successCount: objects.length - errors.length, errors } };
}

function newer(a: string, b: string): boolean {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = x.findIndex((part, index) => part !== y[index]);
  return at !== -1 && (x[at] ?? 0) > (y[at] ?? 0);
}
