import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { hostileBytes, KINDS, sendThrough } from './hostile.ts';

const pipelines = await loadPipelines();
/** Of each kind for each pipeline; test/bench/hostile.ts sends more. */
const SIZE = 64 * 1024;

describe('random bytes, random JSON and long lines', () => {
  for (const kind of KINDS) {
    test(`of ${kind} no line is lost in any pipeline, and no stage fails`, async () => {
      for (const [seed, name] of pipelines.names.entries()) {
        const { lines, lost, faults } = await sendThrough(pipelines, name, hostileBytes(kind, SIZE, seed + 1));
        assert.deepEqual({ lost, faults }, { lost: 0, faults: [] }, `${name}, seed ${seed + 1}`);
        assert.ok(lines > 0);
      }
    });
  }
});
