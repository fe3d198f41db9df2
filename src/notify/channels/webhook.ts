import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { Secret } from '../../config/schema.ts';
import { readSecret } from '../../config/secret.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { channelFault, defineChannel, type Notification, type Sent } from '../channel.ts';

/** Answers that a second try may turn into success. */
const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_RETRY_AFTER_MS = 300_000;

/** An HTTP request with the alert as JSON, in the field names of Alertmanager's webhook (version 4), plus the whole alert. */
export const webhook = defineChannel({
  name: 'webhook',
  summary: 'Posts JSON in the shape of Alertmanager’s webhook, version 4, with the whole alert under `logmill`.',
  options: {
    url: Type.Unsafe<string | { file: string }>({ ...Secret, description: 'where to post; a secret, never printed' }),
    signing_key: Type.Optional(
      Type.Unsafe<string | { file: string }>({
        ...Secret,
        description: 'signs the body: X-Logmill-Signature: sha256=<HMAC-SHA256 in hex>',
      }),
    ),
    timeout: Type.String({ pattern: DURATION_PATTERN, default: '10s', description: 'of one request' }),
  },
  examples: [
    { name: 'chat', kind: 'webhook', url: 'https://chat.example/hook', signing_key: 'example', timeout: '5s' },
  ],
  create(options, _context) {
    const url = readUrl(readSecret(options.url));
    const key = options.signing_key === undefined ? undefined : readSecret(options.signing_key);
    const timeout = parseDuration(options.timeout);
    return {
      async send(notification, signal) {
        const body = JSON.stringify(payloadOf(notification));
        const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'logmill' };
        if (key !== undefined) {
          headers['x-logmill-signature'] = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
        }
        const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
        try {
          // Not followed: the body would go wherever the other side points.
          const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: limit });
          await answer.body?.cancel();
          return judge(answer);
        } catch (error) {
          return { ok: false, retryable: true, reason: faultOf(error) };
        }
      },
      close: async () => {},
    };
  },
});

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw channelFault('url', 'must be a http or https address');
}

function judge(answer: Response): Sent {
  if (answer.ok) return { ok: true };
  const { status } = answer;
  const redirected = status >= 300 && status < 400;
  const reason = redirected ? `answered ${status}: redirects are not followed` : `answered ${status}`;
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
  return { ok: false, retryable: RETRYABLE.has(status), reason, ...(retryAfter > 0 ? { retryAfter } : {}) };
}

/** Only codes: messages of fetch may carry the address, and that is a secret. */
function faultOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code === undefined ? 'could not be reached' : `could not be reached: ${cause.code}`;
}

/** Field names as in Alertmanager's webhook, so that receivers made for it understand; one alert at a time. */
export function payloadOf({ alert, title, text, links }: Notification) {
  const labels = { alertname: alert.rule.name, severity: alert.severity, ...alert.group };
  const annotations = {
    summary: alert.summary,
    description: text,
    ...(alert.runbook === undefined ? {} : { runbook_url: alert.runbook }),
  };
  const status = alert.state === 'resolved' ? 'resolved' : 'firing';
  const entry = {
    status,
    labels,
    annotations,
    startsAt: alert.started_at,
    endsAt: alert.ended_at ?? '0001-01-01T00:00:00Z',
    generatorURL: links?.alert ?? '',
    fingerprint: alert.id,
  };
  return {
    version: '4',
    groupKey: alert.id,
    truncatedAlerts: 0,
    status,
    receiver: 'logmill',
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: links?.page ?? '',
    alerts: [entry],
    title,
    logmill: alert,
  };
}
