import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { addressBytes, addressText, clearBitsAfter } from './address/mask.ts';
import { addressKeyOf, createAddressCipher } from './address/prefix-preserving.ts';
import { changeReports, TEXTS_OF_LINE } from './privacy/taken.ts';
import { createRecentCache } from './user-agent/recent-cache.ts';

const closed = { additionalProperties: false };
const SHORTEST_KEY = 16;

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      default: ['source.ip', 'source.address', 'client.ip', 'client.address', 'related.ip'],
      description: 'fields with an address, also with a port, or a list of such; what is no address stays',
    }),
    texts: Type.Array(Type.String({ minLength: 1 }), {
      default: [...TEXTS_OF_LINE],
      description:
        'fields inside whose text every address is replaced as well; [] leaves them as they are, a line that becomes the message later on never',
    }),
    ipv4: Type.Integer({ minimum: 0, maximum: 32, default: 24, description: 'bits that stay of an IPv4 address' }),
    ipv6: Type.Integer({ minimum: 0, maximum: 128, default: 48, description: 'bits that stay of an IPv6 address' }),
    key: Type.Optional(
      Type.Union(
        [
          Type.Object({ env: Type.String({ minLength: 1, description: 'environment variable with the key' }) }, closed),
          Type.Object(
            { file: Type.String({ minLength: 1, description: 'file whose trimmed content is the key' }) },
            closed,
          ),
        ],
        {
          description:
            'gives every address another one instead of cutting it, by this key of at least 16 characters; ipv4 and ipv6 then mean nothing',
        },
      ),
    ),
  },
  closed,
);

/** What may be an address inside a text; which of them are is for `isIP` to say. */
const V4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
const V6 = /(?<![\w.])[\da-f]{0,4}:[\da-f:]{1,40}(?:\.?\d{1,3}){0,4}(?!\w)/gi;
/** A quick test: without this there is no IPv6. */
const V6_MARK = /::|(?:[\da-f]{1,4}:){6}/i;
const MOST_REMEMBERED = 8192;
const LONGEST_ADDRESS = 64;

/** Addresses of one network become the same one; with a key each another one, in one network as before. */
export const anonymiseIp = defineStage({
  name: 'anonymise-ip',
  summary: 'cuts addresses off to their network, or gives them others in a like network, in fields and inside texts',
  notes:
    'With `key` an address becomes the same other one everywhere, on every agent with the key, and two that have their first n bits in common have so afterwards (prefix-preserving, [Crypto-PAn](https://en.wikipedia.org/wiki/Crypto-PAn)): networks can still be counted and told apart, and without the key no address can be tried. 64 hexadecimal digits or 32 characters are the key as other tools of Crypto-PAn take it, of any other text its SHA-256. Who may send addresses of his own choice through the log learns how some of their neighbours begin.',
  form: 'map',
  options,
  examples: [
    {
      title: 'the last byte, and all after the first three groups',
      options: {},
      in: { 'source.ip': '203.0.113.77', 'client.ip': '2001:db8:85a3:1:2:8a2e:370:7334' },
      out: { 'source.ip': '203.0.113.0', 'client.ip': '2001:db8:85a3::' },
    },
    {
      title: 'inside a text',
      options: {},
      in: { message: 'login from 203.0.113.77 at 10:00:00, version 1.2.3.4.5' },
      out: { message: 'login from 203.0.113.0 at 10:00:00, version 1.2.3.4.5' },
    },
  ],
  create({ fields, texts, ipv4, ipv6, key }, { line, veil, files }) {
    const secret = key === undefined ? undefined : files.secret('key', key);
    if (secret !== undefined && secret.length < SHORTEST_KEY) {
      throw optionFault('key', `must have at least ${SHORTEST_KEY} characters`);
    }
    const cipher = secret === undefined ? undefined : createAddressCipher(addressKeyOf(secret));
    const madeOf = (bytes: Buffer): Buffer => {
      if (cipher !== undefined) return cipher(bytes);
      clearBitsAfter(bytes, bytes.length === 4 ? ipv4 : ipv6);
      return bytes;
    };
    const recent = createRecentCache<string>(MOST_REMEMBERED);
    const cut = (address: string): string => {
      const known = recent.get(address);
      if (known !== undefined) return known;
      const bytes = addressBytes(address);
      const made = bytes === undefined ? address : addressText(madeOf(bytes));
      if (address.length <= LONGEST_ADDRESS) recent.set(address, made);
      return made;
    };
    // A colon before or after an address is the writer's: `from 2001:db8::1: no such user`.
    const cutV6 = (found: string): string => {
      if (isIP(found) !== 0) return cut(found);
      const first = found.startsWith(':') ? 1 : 0;
      const last = found.length - (found.endsWith(':') ? 1 : 0);
      for (const [from, to] of [
        [first, found.length],
        [0, last],
        [first, last],
      ] as const) {
        const inner = found.slice(from, to);
        if (isIP(inner) !== 0) return found.slice(0, from) + cut(inner) + found.slice(to);
      }
      return found;
    };
    const inPlainText = (text: string): string =>
      (V6_MARK.test(text) ? text.replace(V6, cutV6) : text).replace(V4, cut);
    // Proxies write the port behind it: `203.0.113.77:4711`.
    const inAddress = (text: string): string => (isIP(text) === 0 ? inPlainText(text) : cut(text));
    const inField = (value: JsonValue): JsonValue => {
      if (typeof value === 'string') return inAddress(withoutScope(value));
      return Array.isArray(value) ? value.map(inField) : value;
    };
    const inText = (value: JsonValue): JsonValue => {
      if (typeof value === 'string') return inPlainText(value);
      return Array.isArray(value) ? value.map(inText) : value;
    };
    veil?.(inPlainText);
    const isOfMessage = texts.includes('message');
    // An event that a stage failed on keeps its line, although nobody asked for it.
    const searched = isOfMessage ? [...new Set([...texts, 'event.original'])] : texts;
    return (event) => {
      if (isOfMessage && line !== undefined && event['message'] === undefined) event['message'] = line();
      for (const field of fields) {
        const value = event[field];
        if (value !== undefined) event[field] = inField(value);
      }
      for (const field of searched) {
        const value = event[field];
        if (value !== undefined) event[field] = inText(value);
      }
      changeReports(event, inPlainText);
      return event;
    };
  },
});

/** `fe80::1%eth0` names a way out, not another address. */
function withoutScope(text: string): string {
  const percent = text.indexOf('%');
  return percent > 0 && isIP(text.slice(0, percent)) === 6 ? text.slice(0, percent) : text;
}
