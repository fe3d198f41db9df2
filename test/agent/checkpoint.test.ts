import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Checkpoint } from '../../src/agent/checkpoint.ts';
import { scratch } from '../process/command.ts';
import { ManualClock } from './framing/manual-clock.ts';

test('a save that took long puts the next one off, but not for who waits for it', async (t) => {
  const clock = new ManualClock();
  let took = 2000;
  let saves = 0;
  const collect = () => {
    saves++;
    clock.pass(took);
    return { files: [], streams: [] };
  };
  const checkpoint = new Checkpoint({ folder: scratch(t), clock, log: pino({ enabled: false }), collect });
  await checkpoint.save();
  took = 0;
  checkpoint.touch();
  clock.pass(59_000);
  assert.equal(saves, 1, 'thirty times what the last one took');
  const written = checkpoint.next();
  clock.pass(999);
  checkpoint.touch();
  assert.equal(saves, 1, 'one that was planned before stays');
  clock.pass(1);
  await written;
  assert.equal(saves, 2);
  took = 10_000;
  await checkpoint.save();
  took = 0;
  checkpoint.touch();
  const soon = checkpoint.next();
  clock.pass(5000);
  await soon;
  assert.equal(saves, 4, 'who waits gets it within five seconds');
});
