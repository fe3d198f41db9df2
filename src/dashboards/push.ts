import { LogmillError } from '../errors.ts';

/** Where dashboards go. Only one of apiKey and username with password is used. */
export type KibanaTarget = {
  /** Address of Kibana, with its base path and space if it has one (`https://kibana:5601/s/ops`). */
  readonly url: string;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
};

export type PushedFile = { readonly name: string; readonly objects: number };

type ImportAnswer = {
  readonly success?: boolean;
  readonly successCount?: number;
  readonly message?: string;
  readonly errors?: readonly {
    id: string;
    type: string;
    error: { type: string; references?: readonly { id: string }[] };
  }[];
};

const TIMEOUT_MS = 60_000;

/**
 * Imports NDJSON files into Kibana, replacing what has the same id.
 * @throws LogmillError KIBANA_UNREACHABLE, or DASHBOARD_REFUSED with Kibana's reasons; files before it stay imported.
 */
export async function pushDashboards(
  target: KibanaTarget,
  files: readonly { readonly name: string; readonly content: string }[],
): Promise<PushedFile[]> {
  const pushed: PushedFile[] = [];
  for (const { name, content } of files) {
    const form = new FormData();
    form.append('file', new Blob([content], { type: 'application/x-ndjson' }), `${name}.ndjson`);
    const answer = await send(target, form, name);
    pushed.push({ name, objects: answer.successCount ?? 0 });
  }
  return pushed;
}

async function send(target: KibanaTarget, body: FormData, name: string): Promise<ImportAnswer> {
  const url = `${target.url.replace(/\/+$/, '')}/api/saved_objects/_import?overwrite=true`;
  const headers = { 'kbn-xsrf': 'logmill', ...authorization(target) };
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
  } catch (error) {
    const { cause } = error as { cause?: { message?: string } };
    const detail = cause?.message ?? (error as Error).message;
    throw new LogmillError('KIBANA_UNREACHABLE', { url: target.url, detail }, {}, error);
  }
  const answer = await answerOf(response);
  if (response.ok && answer.success === true) return answer;
  throw new LogmillError('DASHBOARD_REFUSED', { name, detail: reasonOf(response, answer), hint: hintOf(response) });
}

function authorization({ apiKey, username, password = '' }: KibanaTarget): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function answerOf(response: Response): Promise<ImportAnswer> {
  const text = await response.text();
  try {
    return JSON.parse(text) as ImportAnswer;
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function reasonOf({ status }: Response, { message, errors = [] }: ImportAnswer): string {
  const details = errors.map(({ type, id, error }) => {
    const missing = error.references?.map((reference) => reference.id).join(', ');
    return `${type} ${id}: ${error.type}${missing === undefined ? '' : ` (${missing})`}`;
  });
  return [`status ${status}`, message, ...details].filter((part) => part !== undefined && part !== '').join('; ');
}

function hintOf({ status }: Response): string {
  if (status === 401) return 'give an API key, or a user and password, that Kibana knows';
  if (status === 403) return 'the account needs the right to manage saved objects';
  if (status === 404) return 'is that the address of Kibana, with its base path?';
  return 'build the dashboards again with this version of logmill';
}
