import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFilterPath } from '../../../src/store/embedded/filter-path.ts';

const BODY = {
  took: 1,
  errors: true,
  items: [
    { create: { _id: 'a', status: 201 } },
    { index: { _id: 'b', status: 400, error: { type: 'x', reason: 'y' } } },
  ],
};

test('filter_path keeps what a pattern names, drops what one with a minus names', () => {
  const cases: [string, unknown][] = [
    ['took', { took: 1 }],
    ['took,errors', { took: 1, errors: true }],
    ['items.*.status', { items: [{ create: { status: 201 } }, { index: { status: 400 } }] }],
    ['items.*.error', { items: [{ index: { error: { type: 'x', reason: 'y' } } }] }],
    ['items.*.err*.type', { items: [{ index: { error: { type: 'x' } } }] }],
    ['**.reason', { items: [{ index: { error: { reason: 'y' } } }] }],
    ['-items', { took: 1, errors: true }],
    ['items,-items.*._id,-**.error', { items: [{ create: { status: 201 } }, { index: { status: 400 } }] }],
    ['nothing', undefined],
  ];
  for (const [expression, expected] of cases)
    assert.deepEqual(compileFilterPath(expression)(BODY), expected, expression);
});
