import { isIP } from 'node:net';
import { Type } from 'typebox';
import { type Event, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the address; taken off once it is read' }),
    as: Type.String({
      pattern: '^[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*$',
      default: 'source',
      description:
        'whose it is: source, destination, client, server, or anything that has address, ip, domain and port',
    }),
    port: Type.Enum(['maybe', 'never'], {
      default: 'maybe',
      description:
        'whether a port may follow; never, where the source has it elsewhere: 2001:db8::1:443 is then all address',
    }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'pass',
      description: 'what becomes of a text that is no address; pass leaves it where it is',
    }),
  },
  { additionalProperties: false },
);

/** Address and port as written; an IPv6 address in brackets or not, a scope (%eth0) taken off. */
type Address = { readonly host: string; readonly port: number | undefined };

const NAME = /^[\w.*-]{1,255}$/;

function portOf(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

function withoutScope(host: string): string {
  const percent = host.indexOf('%');
  return percent > 0 ? host.slice(0, percent) : host;
}

/** Undefined for what is neither an address nor a name. `2001:db8::1:443` is taken whole where it is an address. */
function readAddress(text: string, hasNoPort: boolean): Address | undefined {
  if (hasNoPort && isIP(withoutScope(text)) !== 0) return { host: withoutScope(text), port: undefined };
  // A socket of the machine, as many write it.
  if (text.startsWith('unix:')) return undefined;
  const bracket = /^\[([^\]]{2,64})\](?::(\d{1,5}))?$/.exec(text);
  if (bracket !== null) {
    const host = withoutScope(bracket[1]!);
    return isIP(host) === 6 ? { host, port: portOf(bracket[2] ?? '') } : undefined;
  }
  const colon = text.lastIndexOf(':');
  const port = colon === -1 ? undefined : portOf(text.slice(colon + 1));
  const before = withoutScope(text.slice(0, colon));
  // Eight groups and one more, or :: with a port after it: only the whole text can tell, and a port is there more often.
  if (port !== undefined && (isIP(before) === 4 || (isIP(before) === 6 && !before.endsWith(':')))) {
    return { host: before, port };
  }
  const whole = withoutScope(text);
  if (isIP(whole) !== 0) return { host: whole, port: undefined };
  if (port !== undefined && NAME.test(before)) return { host: before, port };
  return NAME.test(text) ? { host: text, port: undefined } : undefined;
}

function fill(event: Event, as: string, { host, port }: Address): void {
  const plain = /^::ffff:(?=\d+\.)/i.test(host) ? host.slice(7) : host;
  event[`${as}.address`] = plain;
  event[isIP(plain) === 0 ? `${as}.domain` : `${as}.ip`] = plain;
  if (port !== undefined) event[`${as}.port`] = port;
}

/** `-` and the empty text are no value: the field is taken off. */
export const parseAddress = defineStage({
  name: 'parse-address',
  summary:
    'reads an address with or without a port (10.0.0.1:80, [2001:db8::1]:80, ::1, web-1:80) into address, ip or domain, and port',
  form: 'map',
  options,
  examples: [
    {
      title: 'an IPv4 address with its port',
      options: { field: 'peer' },
      in: { peer: '10.0.0.7:40780' },
      out: { 'source.address': '10.0.0.7', 'source.ip': '10.0.0.7', 'source.port': 40780 },
    },
    {
      title: 'a name without a port, of the other side',
      options: { field: 'upstream', as: 'destination' },
      in: { upstream: 'db-1.internal' },
      out: { 'destination.address': 'db-1.internal', 'destination.domain': 'db-1.internal' },
    },
    {
      title: 'a text that is no address',
      options: { field: 'peer', otherwise: 'reject' },
      in: { peer: 'unix:/run/app.sock' },
      rejected: { reason: 'invalid', field: 'peer' },
    },
  ],
  create({ field, as, port, otherwise }) {
    const hasNoPort = port === 'never';
    const refused = new Rejected('invalid', 'it is no address', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      if (text === '-' || text === '') {
        removeField(event, field);
        return event;
      }
      const address = readAddress(text, hasNoPort);
      if (address === undefined) return otherwise === 'reject' ? refused : event;
      removeField(event, field);
      fill(event, as, address);
      return event;
    };
  },
});
