import { Type } from 'typebox';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { fillUrl } from './url/parts.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'url.original', description: 'field with the URL; it stays as it is' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'pass',
      description: 'what becomes of a text that is no URL, no path and no host with a port; clients send anything',
    }),
  },
  { additionalProperties: false },
);

/** Nothing is decoded: what was sent is what an investigation needs. A password is in no field but the one it was in. */
export const parseUrl = defineStage({
  name: 'parse-url',
  summary: 'takes a URL apart into the fields that ECS has for it',
  form: 'map',
  options,
  examples: [
    {
      title: 'a whole URL',
      options: { field: 'shop.link' },
      in: { 'shop.link': 'https://bob:x@www.shop.co.uk:8443/a%20b/c.tar.gz?q=1&r#top' },
      out: {
        'shop.link': 'https://bob:x@www.shop.co.uk:8443/a%20b/c.tar.gz?q=1&r#top',
        'url.username': 'bob',
        'url.domain': 'www.shop.co.uk',
        'url.port': 8443,
        'url.top_level_domain': 'co.uk',
        'url.registered_domain': 'shop.co.uk',
        'url.subdomain': 'www',
        'url.fragment': 'top',
        'url.query': 'q=1&r',
        'url.path': '/a%20b/c.tar.gz',
        'url.extension': 'gz',
        'url.scheme': 'https',
      },
    },
    {
      title: 'what a proxy is asked for',
      options: {},
      in: { 'url.original': '[2001:db8::7]:443' },
      out: { 'url.original': '[2001:db8::7]:443', 'url.domain': '[2001:db8::7]', 'url.port': 443 },
    },
    {
      title: 'another text is rejected where the pipeline says so',
      options: { otherwise: 'reject' },
      in: { 'url.original': '\\x16\\x03 x' },
      rejected: { reason: 'unparsable', field: 'url.original' },
    },
  ],
  create({ field, otherwise }) {
    const refused = new Rejected('unparsable', 'it is no URL', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      return fillUrl(event, text) || otherwise === 'pass' ? event : refused;
    };
  },
});
