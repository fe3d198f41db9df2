import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { type FieldType, fieldType } from '../../model/field-type.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';
import { fit } from './json/ecs.ts';

const values = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
);

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the text' }),
    patterns: Type.Array(
      Type.Object(
        {
          pattern: Type.String({
            minLength: 1,
            description: 'JavaScript regular expression; a group (?<source__ip>…) fills source.ip',
          }),
          set: Type.Optional({ ...values, description: 'fields set where this pattern matches' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, description: 'tried in order, the first that matches counts' },
    ),
    types: Type.Record(Type.String(), Type.Enum(['long', 'double', 'boolean', 'ip', 'keyword']), {
      default: {},
      description:
        'types of fields as Elasticsearch names them (shop.took: long), boolean being true or false; a value that does not fit rejects the line. Others are text, but for fields that ECS has as numbers. Times: parse-time',
    }),
    ignore_case: Type.Boolean({ default: false, description: 'letters match in both cases' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that no pattern matches',
    }),
  },
  { additionalProperties: false },
);

/** `declared` is the type of the option, `known` that of ECS where the option says nothing. */
type Group = {
  readonly name: string;
  readonly field: string;
  readonly declared: FieldType | undefined;
  readonly known: FieldType | undefined;
};
type Pattern = {
  readonly regex: RegExp;
  readonly groups: readonly Group[];
  readonly set: readonly [string, JsonValue][];
};
type Types = Readonly<Record<string, FieldType>>;

function compile(
  pattern: string,
  flags: string,
  set: Readonly<Record<string, JsonValue>>,
  types: Types,
  key: string,
): Pattern {
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, flags);
  } catch (error) {
    throw optionFault(key, `is no regular expression: ${(error as Error).message}`);
  }
  const names = new Set([...pattern.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map((match) => match[1]!));
  const groups = [...names].map((name) => {
    const field = name.replaceAll('__', '.');
    return { name, field, declared: types[field], known: fieldType(field) };
  });
  if (groups.length === 0 && Object.keys(set).length === 0) {
    throw optionFault(key, 'needs a named group such as (?<source__ip>…), or fields to set');
  }
  return { regex, groups, set: Object.entries(set) };
}

/** A type for a field that no group fills is a slip of the pen: the field meant would stay text. */
function checkTypes(types: Types, patterns: readonly Pattern[]): void {
  const filled = new Set(patterns.flatMap(({ groups }) => groups.map(({ field }) => field)));
  for (const field of Object.keys(types)) {
    if (filled.has(field)) continue;
    throw optionFault(
      `types[${JSON.stringify(field)}]`,
      `is filled by no group; groups fill ${[...filled].join(', ') || 'nothing'}`,
    );
  }
}

/** Groups are text; those of number fields become numbers, and what does not stays out of the mapping's way as text. */
function convert(text: string, known: FieldType | undefined): JsonValue {
  if (known !== 'long' && known !== 'double') return text;
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
}

function fill(
  event: Event,
  { groups, set }: Pattern,
  found: Readonly<Record<string, string | undefined>>,
): Rejected | undefined {
  for (const { name, field, declared, known } of groups) {
    const text = found[name];
    if (text === undefined || text === '') continue;
    const value = declared === undefined ? convert(text, known) : fit(text, declared);
    if (value === undefined) {
      return new Rejected('invalid', `its text is no ${declared}`, field);
    }
    event[field] = value;
  }
  for (const [field, value] of set) event[field] = value;
  return undefined;
}

const NOTHING: Readonly<Record<string, string | undefined>> = {};

/** A double underscore in a group's name stands for the dot that such names cannot hold. Empty groups fill nothing. */
export const parseRegex = defineStage({
  name: 'parse-regex',
  summary: 'fills fields from the named groups of regular expressions',
  form: 'map',
  options,
  examples: [
    {
      title: 'the first pattern that matches counts',
      options: {
        patterns: [
          { pattern: '^login of (?<user__name>\\S+) from (?<source__ip>\\S+) port (?<source__port>\\d+)$' },
          { pattern: '^logout of (?<user__name>\\S+)$', set: { 'event.action': 'logout' } },
        ],
      },
      in: { message: 'login of bob from 10.0.0.7 port 22' },
      out: {
        message: 'login of bob from 10.0.0.7 port 22',
        'user.name': 'bob',
        'source.ip': '10.0.0.7',
        'source.port': 22,
      },
    },
    {
      title: 'fields that ECS does not know get their type from the pipeline',
      options: {
        patterns: [{ pattern: 'took=(?<shop__took>\\S+) cached=(?<shop__cached>\\w+) order=(?<shop__order>\\d+)' }],
        types: { 'shop.took': 'double', 'shop.cached': 'boolean' },
      },
      in: { message: 'took=31.5 cached=true order=4711' },
      out: {
        message: 'took=31.5 cached=true order=4711',
        'shop.took': 31.5,
        'shop.cached': true,
        'shop.order': '4711',
      },
    },
    {
      title: 'a value that does not fit its type is rejected; (?:-|(?<took>\\d+)) would let the dash pass',
      options: { patterns: [{ pattern: 'took=(?<took>\\S+)' }], types: { took: 'long' } },
      in: { message: 'took=-' },
      rejected: { reason: 'invalid', field: 'took' },
    },
    {
      title: 'a text that no pattern matches is rejected',
      options: { patterns: [{ pattern: '^(?<user__name>\\w+)$' }] },
      in: { message: 'two words' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, patterns, types, ignore_case, otherwise }) {
    const flags = ignore_case ? 'i' : '';
    const compiled = patterns.map(({ pattern, set }, index) =>
      compile(pattern, flags, set ?? {}, types, `patterns[${index}].pattern`),
    );
    checkTypes(types, compiled);
    const refused = new Rejected('unparsable', 'no pattern matches', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      for (let index = 0; index < compiled.length; index++) {
        const pattern = compiled[index]!;
        const match = pattern.regex.exec(text);
        if (match === null) continue;
        return fill(event, pattern, match.groups ?? NOTHING) ?? event;
      }
      return otherwise === 'pass' ? event : refused;
    };
  },
});
