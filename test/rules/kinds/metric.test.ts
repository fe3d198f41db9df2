import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ruleOf } from '../events.ts';

describe('metric', () => {
  it('converts durations and sizes to the unit of the field', () => {
    const bound = (keys: object) => ruleOf({ kind: 'metric', measure: 'p95', ...keys }).when.bound;
    assert.equal(bound({ field: 'event.duration', when: '> 1s' }), 1e9);
    assert.equal(bound({ field: 'db.took', unit: 'ms', when: '> 1s' }), 1000);
    assert.equal(bound({ field: 'http.response.body.bytes', when: '> 1KB' }), 1024);
  });

  it('asks for the unit where nothing says it', () => {
    assert.throws(() => ruleOf({ kind: 'metric', measure: 'avg', field: 'took', when: '> 1s' }), /unit: ms/);
  });

  it('knows min, max, avg, sum and percentiles, and names them when it does not know one', () => {
    for (const measure of ['min', 'max', 'avg', 'sum', 'p50', 'p99.9'])
      ruleOf({ kind: 'metric', measure, field: 'x', when: '> 1' });
    assert.throws(() => ruleOf({ kind: 'metric', measure: 'median', field: 'x', when: '> 1' }), /measure/);
  });

  it('treats a sum over nothing as zero, and everything else over nothing as no data', () => {
    const absent = (measure: string) => ruleOf({ kind: 'metric', measure, field: 'x', when: '> 1' }).machine.absent;
    assert.deepEqual([absent('sum'), absent('avg'), absent('p95')], [0, undefined, undefined]);
  });
});
