import type { FastifyError } from 'fastify';
import { LogmillError } from '../errors.ts';
import type { Fault } from './contract/fault.ts';

type ValidationError = NonNullable<FastifyError['validation']>[number];

/** Any error as one of the catalogue. What is none of ours and no fault of the request becomes API_FAULT, without details. */
export function catalogued(error: unknown): LogmillError {
  if (error instanceof LogmillError) return error;
  const { code, validation, message, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined) return invalid(error as FastifyError);
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new LogmillError('REQUEST_INVALID', { detail: 'the path is too long or wrongly encoded' }, {}, error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new LogmillError('BODY_TOO_LARGE', {}, {}, error);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new LogmillError('MEDIA_TYPE_UNKNOWN', {}, {}, error);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new LogmillError('REQUEST_INVALID', { detail: message ?? 'not understood' }, {}, error);
  return new LogmillError('API_FAULT', {}, {}, error);
}

/** A validation error of ajv, with the key at fault. */
function invalid(error: FastifyError): LogmillError {
  const [first] = error.validation ?? [];
  const extra = first?.params?.['additionalProperty'];
  const path = (first?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const key = typeof extra === 'string' ? [path, extra].filter((part) => part !== '').join('.') : path;
  const detail = typeof extra === 'string' ? `is no known key here${knownKeys(first)}` : complaint(first);
  const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
  const subject = key === '' ? `the ${place}` : `"${key.slice(0, 200)}" in the ${place}`;
  const fields = { detail: `${subject} ${detail}`, key: key.slice(0, 200) };
  return new LogmillError('REQUEST_INVALID', fields, key === '' ? {} : { key: fields.key }, error);
}

type Checked = ValidationError & { parentSchema?: { description?: string; properties?: object } };

function knownKeys(error: Checked | undefined): string {
  const names = Object.keys(error?.parentSchema?.properties ?? {});
  return names.length === 0 ? '' : `; known are ${names.join(', ')}`;
}

/** What a value is not. Instead of a regular expression people get what the schema says of the key. */
function complaint(error: Checked | undefined): string {
  const description = error?.parentSchema?.description;
  if (error?.keyword === 'pattern' && description !== undefined) return `is not valid; it is the ${description}`;
  const allowed = error?.params?.['allowedValues'];
  return `${error?.message ?? 'is not valid'}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`;
}

/** The error as a response body. */
export function faultBody({ code, message, help, where, status }: LogmillError): Fault {
  const known = Object.values(where).some((part) => part !== undefined);
  return { error: { code, message, help, ...(known ? { where } : {}) }, status };
}

/** The same for clients of Elasticsearch, which look for `type` and `reason`. */
export function elasticsearchFaultBody(error: LogmillError) {
  const type = error.status === 401 || error.status === 403 ? 'security_exception' : 'logmill_exception';
  const cause = { type, reason: `${error.message}; ${error.help}` };
  const { error: ours, status } = faultBody(error);
  return { error: { root_cause: [cause], ...cause, ...ours }, status };
}
