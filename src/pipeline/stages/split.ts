import { Type } from 'typebox';
import { type Event, type JsonValue, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { parseObject } from './json/parse.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      description: 'field with the list, with a text, or with the text of a JSON list',
    }),
    separator: Type.Optional(Type.String({ minLength: 1, description: 'what stands between the parts of a text' })),
    target: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets the part; by default the field itself' }),
    ),
    objects: Type.Enum(['fields', 'text'], {
      default: 'fields',
      description: 'objects in the list become fields below target, or their JSON text for parse-json to read',
    }),
    max: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 10_000,
      description: 'a line with more parts is rejected',
    }),
  },
  { additionalProperties: false },
);

/** The parts of a text or a list; undefined for anything else. */
function partsOf(value: JsonValue, separator: string | undefined): readonly JsonValue[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return undefined;
  if (separator !== undefined) return value.split(separator).filter((part) => part.trim() !== '');
  if (!value.startsWith('[')) return undefined;
  // As a value of an object, so that its long integers keep their digits.
  const list = parseObject(`{"list":${value}}`)?.['list'];
  return Array.isArray(list) ? list : undefined;
}

function put(event: Event, target: string, part: JsonValue, isText: boolean): void {
  if (typeof part !== 'object' || part === null) event[target] = part;
  else if (isText) event[target] = JSON.stringify(part);
  else if (Array.isArray(part) || Object.keys(part).length === 0) event[target] = part;
  else for (const [key, value] of Object.entries(part)) put(event, `${target}.${key}`, value, false);
}

/** Every event has all other fields, and an id of its own. A list without parts, or no list, leaves the event as it is. */
export const split = defineStage({
  name: 'split',
  summary: 'makes several events of one, for each part of a list',
  form: 'map',
  options,
  examples: [
    {
      title: 'a list with one part stays one event',
      options: { field: 'records', target: 'shop' },
      in: { records: [{ id: 7, item: { name: 'x' } }], tags: ['a'] },
      out: { tags: ['a'], 'shop.id': 7, 'shop.item.name': 'x' },
    },
    {
      title: 'a text is no list where nothing is said to stand between its parts',
      options: { field: 'message' },
      in: { message: 'a b' },
      out: { message: 'a b' },
    },
    {
      title: 'too many parts are rejected',
      options: { field: 'message', separator: ';', max: 2 },
      in: { message: 'a;b;c' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, separator, target = field, objects, max }) {
    const isText = objects === 'text';
    return (event) => {
      const value = event[field];
      const parts = value === undefined || value === null ? undefined : partsOf(value, separator);
      if (parts === undefined || parts.length === 0) return event;
      if (parts.length > max)
        return new Rejected('unparsable', `it has ${parts.length} parts, more than ${max}`, field);
      const children: Event[] = [];
      for (let index = 0; index < parts.length; index++) {
        const child = index === parts.length - 1 ? event : { ...event };
        removeField(child, field);
        put(child, target, parts[index]!, isText);
        children.push(child);
      }
      return children.length === 1 ? event : children;
    };
  },
});
