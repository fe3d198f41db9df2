import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { fieldType } from '../../model/field-type.ts';
import { KnownNames } from '../../model/known-names.ts';
import { defineStage, optionFault } from '../stage.ts';
import { addTaken, changeReports, cleanTexts, isReport, noteTaken, TEXTS_OF_LINE, veiled } from './privacy/taken.ts';
import { createPersonalRedactor, isCard, PERSONAL, type Replace } from './secrets/personal.ts';
import { createTextRedactor, mayHoldSecret } from './secrets/redact-text.ts';

const options = Type.Object(
  {
    kinds: Type.Array(Type.Enum(['secrets', ...PERSONAL]), {
      default: ['secrets'],
      description:
        'secrets: passwords, tokens and keys, by name and inside texts; cards: card numbers with the right check digit; emails: e-mail addresses; ibans: account numbers with the right check digits',
    }),
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

/** Last part of a name, without separators, in small letters: `X-Api-Key` is xapikey, `db_password` dbpassword. */
const SECRET_NAME =
  /^(pwd|pass|(proxy)?authorization|(set)?cookies?|credentials?|jwt|cvv|cvc|ssn)$|(passw(or)?d(hash)?|passwd|passphrase|secret(access)?(key)?|apikey|(private|encryption)key|token)$/;
/** Tokens that open nothing: of lists that go on, of texts that are taken apart, of things to be done once. */
const HARMLESS_TOKEN =
  /(next|page|paging|continue|continuation|cancel|cancellation|sync|client|idempotency|prompt|stop|[bep]os|pad|unk|sep|first|last|max|min|total|per|sub|bad|invalid|unexpected|unknown)token$/;
/** Values of this form are words of a language more often than secrets. */
const WORD = /^\p{L}{1,7}$/u;
/** Of those that a framework has taken apart each has a name of its own. */
const IN_COOKIES = /\.cookies\./;
const MOST_NAMES = 20_000;
/** Names whose position is remembered; more than that no event has in the same order. */
const MOST_POSITIONS = 200;

/**
 * Values under secret names go whole; inside texts the secret parts go: `password=…`, tokens after Bearer or Basic, AWS
 * key ids, JSON web tokens, private keys, credentials in URLs. A quick test leaves most texts alone.
 */
export const redactSecrets = defineStage({
  name: 'redact-secrets',
  summary:
    'replaces passwords, tokens and keys, by field name and by pattern; card and account numbers and e-mail addresses where asked',
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
      title: 'card numbers and e-mail addresses too',
      options: { kinds: ['secrets', 'cards', 'emails'] },
      in: { message: 'paid with 4111 1111 1111 1111 by ada@example.org, order 4111 1111 1111 1112' },
      out: { message: 'paid with [REDACTED] by [REDACTED], order 4111 1111 1111 1112' },
    },
    {
      title: 'nothing secret',
      options: {},
      in: { message: 'token bucket refilled' },
      out: { message: 'token bucket refilled' },
    },
  ],
  create({ kinds, fields, patterns, replacement }, { line, veil }) {
    const more: Replace[] = [
      ...PERSONAL.filter((kind) => kinds.includes(kind)).map((kind) => createPersonalRedactor(kind, replacement)),
      ...patterns.map((pattern) => replacerOf(pattern, replacement)),
    ];
    const withSecrets = kinds.includes('secrets');
    const withCards = kinds.includes('cards');
    const redactText = createTextRedactor(replacement, withSecrets, more);
    const careOf = careTaker(new Set(fields.map((field) => field.toLowerCase())), withSecrets);
    veil?.((text) => redactText(text), true);
    /** What names gave away, in the event under way. */
    let taken = new Map<string, string>();
    const redactValue = (value: JsonValue, care: Care): JsonValue => {
      if (value === null || value === '') return value;
      if (care === 'replace') {
        addTaken(taken, value, replacement);
        return replacement;
      }
      if (typeof value === 'string') return redactText(value);
      if (typeof value === 'number') return withCards && isCard(String(value)) ? replacement : value;
      if (typeof value !== 'object') return value;
      if (Array.isArray(value)) return value.map((part: JsonValue) => redactValue(part, 'search'));
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactValue(part, careOf(key).care)]));
    };
    /** An entry that quotes a field with a secret name says nothing of its value. */
    const redactReports = (event: Event): void =>
      changeReports(event, (text, field) =>
        field !== undefined && careOf(field).care === 'replace' ? replacement : redactText(text),
      );
    /** A secret by its name stands in the line as well. In texts that are not the line a short word is but a word. */
    const cleanLine = (event: Event, before: JsonValue | undefined): void => {
      const whole = line?.();
      const isLine = before === undefined || before === whole;
      noteTaken(event, taken);
      cleanTexts(event, isLine ? ['event.original', 'message'] : ['event.original'], taken);
      const telling = new Map([...taken].filter(([value]) => !WORD.test(value)));
      cleanTexts(event, TEXTS_OF_LINE, telling);
      if (before === undefined && whole !== undefined) event['message'] = veiled(whole, event, [redactText]);
      taken = new Map();
    };
    /** The names of the last event by position: the next event mostly has the same ones in the same order. */
    const names: Name[] = [];
    return (event: Event) => {
      const before = event['message'];
      if (before === undefined && line !== undefined) event['message'] = line();
      let at = 0;
      // Of the texts of an event most are parts of its message: what is not in the whole is in none of them.
      let harmless = '';
      for (const name in event) {
        let known = names[at];
        if (known === undefined || known.name !== name) {
          known = careOf(name);
          if (at < MOST_POSITIONS) names[at] = known;
        }
        at++;
        if (known.care === 'leave') continue;
        const value = event[name];
        if (value === undefined) continue;
        if (known.care === 'report') {
          redactReports(event);
          continue;
        }
        if (typeof value === 'string' && known.care === 'search') {
          const mayHold = !harmless.includes(value) && mayHoldSecret(value);
          if (!mayHold && name === 'message') harmless = value;
          const clean = redactText(value, mayHold);
          if (clean !== value) event[name] = clean;
        } else if (typeof value !== 'boolean' || known.care === 'replace') event[name] = redactValue(value, known.care);
      }
      if (taken.size > 0) cleanLine(event, before);
      return event;
    };
  },
});

function replacerOf(pattern: string, replacement: string): Replace {
  try {
    const regex = new RegExp(pattern, 'g');
    return (text) => text.replace(regex, () => replacement);
  } catch (error) {
    throw optionFault('patterns', `hold no regular expression: ${(error as Error).message}`);
  }
}

/** What is done about the value of a name. */
type Care = 'leave' | 'search' | 'replace' | 'report';
type Name = { readonly name: string; readonly care: Care };

/** ECS fields whose values cannot hold a secret: logmill itself or the parser of an exact format wrote them. */
const HARMLESS =
  /^(@timestamp|ecs\.version|event\.(category|type|outcome|action|dataset)|log\.(level|syslog\..*\.(code|name))|host\.(name|hostname|id|architecture|os\..*)|http\.(version|request\.(method|id))|process\.name|trace\.id|span\.id|error\.grouping_key|source\.address|user_agent\.(name|version|os\..*|device\..*))$/;

/** The care a name needs, worked out once a name. */
function careTaker(extra: ReadonlySet<string>, withSecrets: boolean): (name: string) => Name {
  const known = new KnownNames<Name>(MOST_NAMES);
  return (name) => {
    let entry = known.get(name);
    if (entry === undefined) {
      entry = { name, care: careFor(name, extra, withSecrets) };
      known.set(name, entry);
    }
    return entry;
  };
}

function careFor(name: string, extra: ReadonlySet<string>, withSecrets: boolean): Care {
  if (isReport(name)) return 'report';
  const small = name.toLowerCase();
  const last = small.slice(small.lastIndexOf('.') + 1);
  if (extra.has(small) || extra.has(last) || (withSecrets && IN_COOKIES.test(small))) return 'replace';
  const type = fieldType(name);
  if (HARMLESS.test(name) || (type !== undefined && !['keyword', 'text', 'object'].includes(type))) return 'leave';
  return withSecrets && isSecretName(last.replace(/[-_]/g, '')) ? 'replace' : 'search';
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_TOKEN.test(name);
}
