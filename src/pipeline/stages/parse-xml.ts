import { Type } from 'typebox';
import { type JsonValue, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { createMapper } from './json/mapper.ts';
import type { JsonObject } from './json/parse.ts';
import { anyTime } from './json/time.ts';
import { plainValue } from './keyed/write-pairs.ts';
import { XML_GENERIC, XML_WINDOWS } from './xml/conventions.ts';
import { contentOf, createXmlReader } from './xml/parse.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description: 'field with the XML; any but message is taken off',
    }),
    mode: Type.Enum(['generic', 'windows', 'own'], {
      default: 'generic',
      description:
        'whose names they are: any logger’s, those of an event of Windows as Event Viewer and wevtutil write it, or nobody’s, then all go under target',
    }),
    target: Type.Optional(Type.String({ minLength: 1, description: 'what names go under; by default the dataset' })),
    values: Type.Enum(['text', 'auto'], {
      default: 'text',
      description: 'auto: numbers and true, false become such where their text can be told from them again',
    }),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that is not one XML element; one with a document type is none',
    }),
  },
  { additionalProperties: false },
);

function plainTree(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(plainTree);
  if (typeof value !== 'object' || value === null) return plainValue(value);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plainTree(child)]));
}

/**
 * Attributes and elements are called by their names without those of their name spaces, a text beside attributes `text`, and
 * the element around all of them stands under `root`.
 */
export const parseXml = defineStage({
  name: 'parse-xml',
  summary: 'reads a text that is one XML element and gives its elements and attributes their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event of log4j’s XML layout',
      options: {},
      in: {
        message:
          '<log4j:event logger="com.shop" timestamp="1795255200000" level="WARN" thread="main"><log4j:message><![CDATA[a < b]]></log4j:message></log4j:event>',
      },
      out: {
        message: 'a < b',
        'log.logger': 'com.shop',
        'log.level': 'warn',
        'example.log.level': 'WARN',
        'process.thread.name': 'main',
        'example.log.root': 'event',
        '@timestamp': '2026-11-21T10:00:00.000Z',
      },
    },
    {
      title: 'names of one’s own, with numbers',
      options: { field: 'x', mode: 'own', target: 'shop', values: 'auto' },
      in: { x: '<order id="7"><item>a</item><item n="2">b</item><user.id/></order>' },
      out: {
        'shop.id': 7,
        'shop.item': ['a', { n: 2, text: 'b' }],
        'shop.user.id': '',
        'shop.root': 'order',
      },
    },
    {
      title: 'a text that was cut is rejected',
      options: {},
      in: { message: '<event><message>x' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, mode, target, values, keep, otherwise }, context) {
    const read = createXmlReader(mode === 'windows' ? ['Data'] : []);
    const under = target ?? context.dataset;
    const convention =
      mode === 'generic' ? XML_GENERIC : mode === 'windows' ? XML_WINDOWS : { takes: {}, ecsName: () => '' };
    const map = createMapper(convention, under, anyTime(context));
    const root = `${under}.root`;
    const refused = new Rejected('unparsable', 'it is not one XML element', field);
    const leaves = keep || field === 'message';
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const tree = read(text);
      if (tree === undefined) return otherwise === 'pass' ? event : refused;
      if (!leaves) removeField(event, field);
      if (mode === 'windows') return map(event, tree) ?? event;
      const [name = ''] = Object.keys(tree);
      const content = contentOf(tree[name]!);
      const source = typeof content === 'object' && !Array.isArray(content) ? content : { text: content };
      const fault = map(event, (values === 'auto' ? plainTree(source) : source) as JsonObject);
      event[root] = name;
      return fault ?? event;
    };
  },
});
