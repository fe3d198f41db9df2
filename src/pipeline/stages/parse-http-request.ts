import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { setHost, setRequestLine, setUrl } from './http/fields.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the request line; taken off once it is read' }),
    url: Type.Optional(
      Type.String({ minLength: 1, description: 'field with the address alone, where there is no request line' }),
    ),
    host: Type.Optional(
      Type.String({ minLength: 1, description: 'field with the Host header (name, name:port, [IPv6]:port)' }),
    ),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'pass',
      description: 'what becomes of a text that is no request line; pass leaves it where it is',
    }),
  },
  { additionalProperties: false },
);

/** `-` is no value: it is taken off. */
export const parseHttpRequest = defineStage({
  name: 'parse-http-request',
  summary: 'takes GET /path?query HTTP/1.1 apart into method, version and the parts of the url',
  form: 'map',
  options,
  examples: [
    {
      title: 'a request line with a host beside it',
      options: { field: 'request', host: 'host' },
      in: { request: 'GET /a?b=1 HTTP/1.1', host: 'shop.example:8080' },
      out: {
        'http.request.method': 'GET',
        'http.version': '1.1',
        'url.original': '/a?b=1',
        'url.path': '/a',
        'url.query': 'b=1',
        'url.domain': 'shop.example',
        'url.port': 8080,
      },
    },
    {
      title: 'bytes that are no request stay where they are',
      options: { field: 'request' },
      in: { request: '\u0016\u0003\u0001' },
      out: { request: '\u0016\u0003\u0001' },
    },
    {
      title: 'or are rejected',
      options: { field: 'request', otherwise: 'reject' },
      in: { request: '<BADREQ>' },
      rejected: { reason: 'invalid', field: 'request' },
    },
  ],
  create({ field, url, host, otherwise }) {
    const refused = new Rejected('invalid', 'it is no request line', field);
    return (event) => {
      const request = event[field];
      if (request === '-') removeField(event, field);
      else if (typeof request === 'string') {
        if (setRequestLine(event, request)) removeField(event, field);
        else if (otherwise === 'reject') return refused;
      }
      const address = url === undefined ? undefined : event[url];
      if (typeof address === 'string') {
        if (address !== '-') setUrl(event, address);
        if (url !== 'url.original' || address === '-') removeField(event, url!);
      }
      const name = host === undefined ? undefined : event[host];
      if (typeof name === 'string') {
        if (name !== '-') setHost(event, name);
        removeField(event, host!);
      }
      return event;
    };
  },
});
