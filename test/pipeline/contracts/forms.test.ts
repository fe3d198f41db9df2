import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inferContract } from '../../../src/pipeline/contracts/infer.ts';

/** What is proposed for a field that had each of the values. */
function proposed(values: readonly string[], forms = true) {
  const documents = values.map((value) => ({ 'shop.x': value }));
  return inferContract('x', documents, { forms }).properties['shop.x'];
}

const ten = (form: (at: number) => string) => Array.from({ length: 10 }, (_, at) => form(at));

test('texts that all are days or addresses are proposed as such, where that is asked for', () => {
  const days = ten((at) => `2026-02-1${at}`);
  assert.deepEqual(proposed(days), { type: 'string', format: 'date' });
  assert.deepEqual(proposed(days, false), { type: 'string' });
  assert.deepEqual(proposed([...days, '2026-02-29']), { type: 'string' });
  const addresses = ten((at) => (at % 2 === 0 ? `10.0.0.${at}` : `2001:db8::${at}`));
  assert.deepEqual(proposed(addresses), { type: 'string', format: 'ip' });
  assert.deepEqual(proposed([...addresses, 'web-1']), { type: 'string' });
  assert.deepEqual(proposed(addresses.slice(0, 9)), { type: 'string' });
});

test('numbers as text stay texts', () => {
  assert.deepEqual(proposed(ten(String)), { type: 'string' });
});
