import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { createTextRedactor } from './secrets/redact-text.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'further names whose values are secrets, whole names or last parts of dotted ones',
    }),
    patterns: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'further regular expressions of secrets inside texts',
    }),
    replacement: Type.String({ default: '[REDACTED]', description: 'what stands there instead' }),
  },
  { additionalProperties: false },
);

/** Last part of a name, without separators, in small letters: `X-Api-Key` is xapikey. */
const SECRET_NAME =
  /^(passw(or)?d|passwd|pwd|passphrase|secret|(client|app|shared)?secret(key)?|(access|refresh|id|auth|session|csrf|xsrf|bearer|api)?token|x?apikey|xauthtoken|xaccesstoken|(private|secret|encryption)key|secretaccesskey|awssecretaccesskey|(proxy)?authorization|(set)?cookies?|credentials?|jwt|cvv|cvc|ssn)$/;
const MOST_NAMES = 20_000;

/**
 * Values under secret names go whole; inside texts the secret parts go: `password=…`, tokens after Bearer or Basic, AWS
 * key ids, JSON web tokens, private keys, credentials in URLs. A quick test leaves most texts alone.
 */
export const redactSecrets = defineStage({
  name: 'redact-secrets',
  summary: 'replaces passwords, tokens and keys, by field name and by pattern',
  form: 'map',
  options,
  examples: [
    {
      title: 'by name and inside a text',
      options: {},
      in: {
        message: 'login with password=hunter2 at https://bob:pa55@db.example/x',
        'json.user.apiKey': 'abc',
        'json.tokens': 3,
      },
      out: {
        message: 'login with password=[REDACTED] at https://bob:[REDACTED]@db.example/x',
        'json.user.apiKey': '[REDACTED]',
        'json.tokens': 3,
      },
    },
    {
      title: 'nothing secret',
      options: {},
      in: { message: 'token bucket refilled' },
      out: { message: 'token bucket refilled' },
    },
  ],
  create({ fields, patterns, replacement }) {
    let extra: RegExp[];
    try {
      extra = patterns.map((pattern) => new RegExp(pattern, 'g'));
    } catch (error) {
      throw optionFault('patterns', `hold no regular expression: ${(error as Error).message}`);
    }
    const redactText = createTextRedactor(replacement, extra);
    const isSecretName = nameTest(new Set(fields.map((field) => field.toLowerCase())));
    const redactValue = (value: JsonValue, name: string): JsonValue => {
      if (value === null || value === '') return value;
      if (isSecretName(name)) return replacement;
      if (typeof value === 'string') return redactText(value);
      if (typeof value !== 'object') return value;
      if (Array.isArray(value)) return value.map((part: JsonValue) => redactValue(part, ''));
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactValue(part, key)]));
    };
    return (event: Event) => {
      for (const name in event) {
        const value = event[name]!;
        if (typeof value === 'string') {
          const clean = isSecretName(name) && value !== '' ? replacement : redactText(value);
          if (clean !== value) event[name] = clean;
        } else if (typeof value === 'object' || isSecretName(name)) event[name] = redactValue(value, name);
      }
      return event;
    };
  },
});

/** Whether a name is that of a secret; worked out once a name. */
function nameTest(extra: ReadonlySet<string>): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let secret = known.get(name);
    if (secret === undefined) {
      const small = name.toLowerCase();
      const last = small.slice(small.lastIndexOf('.') + 1);
      secret = extra.has(small) || extra.has(last) || SECRET_NAME.test(last.replace(/[-_]/g, ''));
      if (known.size < MOST_NAMES) known.set(name, secret);
    }
    return secret;
  };
}
