import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the name; it stays as it is' }),
    target: Type.String({
      minLength: 1,
      description: 'field below which its parts go, such as tls.server.x509.subject',
    }),
  },
  { additionalProperties: false },
);

/** Attribute types as RFC 4519 and OpenSSL abbreviate them, by the field of ECS. */
const FIELDS: Readonly<Record<string, string>> = {
  cn: 'common_name',
  c: 'country',
  l: 'locality',
  o: 'organization',
  ou: 'organizational_unit',
  st: 'state_or_province',
  s: 'state_or_province',
};
/** The next part: after a comma, a semicolon, a plus or a slash; one without a type behind it belongs to the value. */
const PART = /(?:^|[,;+/]\s{0,5})([A-Za-z][A-Za-z0-9.-]{0,63})=/g;
const LONGEST = 4096;
/** Quotes and backslashes of RFC 4514; bytes in hexadecimal are UTF-8. */
const ESCAPED = /(?:\\[0-9A-Fa-f]{2})+|\\(.)/g;

function plain(value: string): string {
  const text = value.trim().replace(/^"(.*)"$/, '$1');
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPED, (whole, one: string | undefined) =>
    one === undefined ? Buffer.from(whole.replaceAll('\\', ''), 'hex').toString('utf8') : one,
  );
}

function addPart(event: Event, field: string, value: string): void {
  const present = event[field];
  event[field] = Array.isArray(present) ? [...present, value] : [value];
}

function fill(event: Event, text: string, target: string): void {
  let field: string | undefined;
  let from = 0;
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match !== null; match = PART.exec(text)) {
    // A comma behind a backslash is one of the value.
    if (match.index > 0 && text[match.index - 1] === '\\') continue;
    if (field !== undefined) addPart(event, field, plain(text.slice(from, match.index)));
    const type = match[1]!.toLowerCase();
    field = Object.hasOwn(FIELDS, type) ? `${target}.${FIELDS[type]}` : undefined;
    from = PART.lastIndex;
  }
  if (field !== undefined) addPart(event, field, plain(text.slice(from)));
}

/** Both orders, RFC 4514's and the one of X.500, with commas or slashes between the parts. */
export const parseDistinguishedName = defineStage({
  name: 'parse-distinguished-name',
  summary: 'takes the name of a certificate’s subject or issuer (CN=…, O=…, C=…) apart',
  form: 'map',
  options,
  examples: [
    {
      title: 'a subject, whose organisation has a comma in it',
      options: { field: 'tls.server.subject', target: 'tls.server.x509.subject' },
      in: { 'tls.server.subject': 'C=US, ST=California, O=Example, Inc., CN=shop.example' },
      out: {
        'tls.server.subject': 'C=US, ST=California, O=Example, Inc., CN=shop.example',
        'tls.server.x509.subject.distinguished_name': 'C=US, ST=California, O=Example, Inc., CN=shop.example',
        'tls.server.x509.subject.country': ['US'],
        'tls.server.x509.subject.state_or_province': ['California'],
        'tls.server.x509.subject.organization': ['Example, Inc.'],
        'tls.server.x509.subject.common_name': ['shop.example'],
      },
    },
    {
      title: 'a text that is no such name',
      options: { field: 'subject', target: 'x509.subject' },
      in: { subject: 'shop.example' },
      out: { subject: 'shop.example' },
    },
  ],
  create({ field, target }) {
    const whole = `${target}.distinguished_name`;
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string' || text.length > LONGEST || !/^\/?[A-Za-z][\w.-]{0,63}=/.test(text)) return event;
      event[whole] = text;
      fill(event, text, target);
      return event;
    };
  },
});
