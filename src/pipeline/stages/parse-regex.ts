import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { type FieldType, fieldType } from '../../model/field-type.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';

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
    ignore_case: Type.Boolean({ default: false, description: 'letters match in both cases' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that no pattern matches',
    }),
  },
  { additionalProperties: false },
);

type Group = { readonly name: string; readonly field: string; readonly type: FieldType | undefined };
type Pattern = {
  readonly regex: RegExp;
  readonly groups: readonly Group[];
  readonly set: readonly [string, JsonValue][];
};

function compile(pattern: string, ignoreCase: boolean, set: Readonly<Record<string, JsonValue>>, key: string): Pattern {
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, ignoreCase ? 'i' : '');
  } catch (error) {
    throw optionFault(key, `is no regular expression: ${(error as Error).message}`);
  }
  const names = new Set([...pattern.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map((match) => match[1]!));
  const groups = [...names].map((name) => {
    const field = name.replaceAll('__', '.');
    return { name, field, type: fieldType(field) };
  });
  if (groups.length === 0 && Object.keys(set).length === 0) {
    throw optionFault(key, 'needs a named group such as (?<source__ip>…), or fields to set');
  }
  return { regex, groups, set: Object.entries(set) };
}

/** Groups are text; those of number fields become numbers, and what does not stays out of the mapping's way as text. */
function convert(text: string, type: FieldType | undefined): JsonValue {
  if (type !== 'long' && type !== 'double') return text;
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
}

function fill(event: Event, { groups, set }: Pattern, found: Readonly<Record<string, string | undefined>>): void {
  for (const { name, field, type } of groups) {
    const text = found[name];
    if (text !== undefined && text !== '') event[field] = convert(text, type);
  }
  for (const [field, value] of set) event[field] = value;
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
      title: 'a text that no pattern matches is rejected',
      options: { patterns: [{ pattern: '^(?<user__name>\\w+)$' }] },
      in: { message: 'two words' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, patterns, ignore_case, otherwise }) {
    const compiled = patterns.map(({ pattern, set }, index) =>
      compile(pattern, ignore_case, set ?? {}, `patterns[${index}].pattern`),
    );
    const refused = new Rejected('unparsable', 'no pattern matches', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      for (let index = 0; index < compiled.length; index++) {
        const pattern = compiled[index]!;
        const match = pattern.regex.exec(text);
        if (match === null) continue;
        fill(event, pattern, match.groups ?? NOTHING);
        return event;
      }
      return otherwise === 'pass' ? event : refused;
    };
  },
});
