import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { optionTable } from '../../src/config/option-table.ts';

test('the table says every form of a key, and has a row for each key of objects and of those in lists', () => {
  const { properties } = Type.Object({
    format: Type.Union([Type.String(), Type.Array(Type.String())], { default: 'a|b', description: 'one | several' }),
    key: Type.Union([Type.String(), Type.Object({ file: Type.String() })]),
    patterns: Type.Optional(Type.Array(Type.Object({ pattern: Type.String({ description: 'regex' }) }))),
    fields: Type.Record(Type.String(), Type.Integer()),
    limits: Type.Object({ most: Type.Optional(Type.Integer()) }),
  });
  assert.deepEqual(optionTable(properties).split('\n').slice(2), [
    '| `format` | text or list of text | `a\\|b` | one \\| several |',
    '| `key` | text or `{ file }` | **required** |  |',
    '| `patterns` | list of mapping |  |  |',
    '| `patterns[].pattern` | text | **required** | regex |',
    '| `fields` | mapping to whole number | **required** |  |',
    '| `limits` | mapping | **required** |  |',
    '| `limits.most` | whole number |  |  |',
  ]);
});
