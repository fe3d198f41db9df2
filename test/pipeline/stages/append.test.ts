import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a value that is there already is added only where lists may hold it twice', () => {
  assert.deepEqual(present(runnerOf('append', { fields: { a: ['x', 'y'] } })({ a: 'x' })), { a: ['x', 'y'] });
  assert.deepEqual(present(runnerOf('append', { fields: { a: 'x' }, unique: false })({ a: 'x' })), { a: ['x', 'x'] });
});

test('the list of another event is not touched', () => {
  const shared = Object.freeze(['x']);
  const run = runnerOf('append', { fields: { a: 'y' } });
  assert.deepEqual([present(run({ a: shared })), present(run({ a: shared }))], [{ a: ['x', 'y'] }, { a: ['x', 'y'] }]);
});

test('null is no value', () => {
  assert.deepEqual(present(runnerOf('append', { fields: { a: 1 } })({ a: null })), { a: [1] });
});
