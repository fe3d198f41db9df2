import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../../src/model/event.ts';
import { Rejected } from '../../../../src/model/rejected.ts';
import { CONVENTIONS } from '../../../../src/pipeline/stages/json/conventions.ts';
import { runnerOf } from '../../stage-context.ts';

/** Values that no two keys share, so that one found is that one. */
const leaf = fc.oneof(
  fc.integer({ min: 100_000, max: 999_999 }).map((number) => `w${number}q`),
  fc.integer({ min: 100_000, max: 999_999 }),
);

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`, as loggers nest; a key that is taken by a value already is left out. */
function nest(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let at = root;
    for (const key of keys) {
      at[key] ??= {};
      if (typeof at[key] !== 'object') return root;
      at = at[key] as Record<string, unknown>;
    }
    if (last !== '' && at[last] === undefined) at[last] = value;
  }
  return root;
}

function leaves(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
}

/** What a time became is another text. */
const withoutTimes = (event: Event) => ({ ...event, '@timestamp': undefined });

describe('every convention of JSON lines', () => {
  for (const [mode, make] of Object.entries(CONVENTIONS)) {
    const known = Object.keys(make('example.log').takes).filter((key) => !key.endsWith('.'));
    const key = fc.constantFrom(...known, 'other', 'some.thing', 'level', 'message');

    test(`${mode} loses no value, whatever its keys hold, and never throws`, () => {
      const run = runnerOf('parse-json', { mode });
      fc.assert(
        fc.property(fc.dictionary(key, leaf, { maxKeys: 6 }), fc.boolean(), (flat, nested) => {
          const source = nested ? nest(flat) : flat;
          const result = run({ message: JSON.stringify(source) });
          if (result instanceof Rejected) {
            assert.match(result.reason, /^invalid/);
            return;
          }
          const event = JSON.stringify(withoutTimes(result as Event)).toLowerCase();
          for (const text of leaves(source)) assert.ok(event.includes(text), `${text} of ${JSON.stringify(source)}`);
        }),
      );
    });
  }
});
