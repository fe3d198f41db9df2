import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const timeOf = (result: unknown) => present(result)['@timestamp'];

describe('a line without a time', () => {
  test('takes the time of the line before it, over as many lines as there are', () => {
    const run = runnerOf('find-time');
    const lines = ['2026-10-10 10:00:00 boom', '\tat a', '\tat b', '2026-10-10 10:00:01 boom', '\tat c'];
    assert.deepEqual(
      lines.map((message) => timeOf(run({ message }))),
      ['00', '00', '00', '01', '01'].map((second) => `2026-10-10T10:00:${second}.000Z`),
    );
  });

  test('gets none where no line before it had one, or where the pipeline does not want it', () => {
    assert.deepEqual(present(runnerOf('find-time')({ message: 'x' })), { message: 'x' });
    const run = runnerOf('find-time', { otherwise: 'pass' });
    run({ message: '2026-10-10 10:00:00 x' });
    assert.equal(timeOf(run({ message: 'y' })), undefined);
  });

  test('does not take the time of a line that was rejected', () => {
    const run = runnerOf('find-time');
    run({ message: '2026-10-10 10:00:00 x' });
    assert.ok(run({ message: '2026-10-10 25:00:00 x' }) instanceof Rejected);
    assert.equal(timeOf(run({ message: 'y' })), '2026-10-10T10:00:00.000Z');
  });

  test('takes a time that an earlier stage found in the line before it', () => {
    const run = runnerOf('find-time');
    const event = { message: '2026-10-10 10:00:00 x', '@timestamp': '2020-01-01T00:00:00.000Z' };
    assert.deepEqual(present(run({ ...event })), event);
    assert.equal(timeOf(run({ message: 'y' })), '2020-01-01T00:00:00.000Z');
  });

  test('takes none of another source, however their lines come by turns', () => {
    const sources = [{}, {}] as const;
    let source: object = sources[0];
    const run = runnerOf('find-time', {}, { source: () => source });
    run({ message: '2026-10-10 10:00:00 x' });
    source = sources[1];
    assert.equal(timeOf(run({ message: 'y' })), undefined);
    run({ message: '2026-10-10 11:00:00 x' });
    source = sources[0];
    assert.equal(timeOf(run({ message: 'y' })), '2026-10-10T10:00:00.000Z');
  });

  test('is an event without the field, too', () => {
    const run = runnerOf('find-time', { field: 'text' });
    assert.equal(timeOf(run({ message: '2026-10-10 10:00:00 x' })), undefined);
    assert.equal(timeOf(run({ text: '2026-10-10 10:00:00 x' })), '2026-10-10T10:00:00.000Z');
    assert.equal(timeOf(run({ text: 7 })), '2026-10-10T10:00:00.000Z');
  });
});

test('the rest of the line goes to its field only where a time was found', () => {
  const run = runnerOf('find-time', { rest: 'rest' });
  assert.equal(present(run({ message: '2026-10-10T10:00:00Z x' }))['rest'], ' x');
  assert.equal(present(run({ message: '2026-10-10T10:00:00Z' }))['rest'], undefined);
  assert.equal(present(run({ message: 'y' }))['rest'], undefined);
});

test('a time without a zone is in the zone of the option, else in that of the input', () => {
  const message = '2026-07-01 08:00:00 x';
  const inNewYork = runnerOf('find-time', { timezone: 'America/New_York' }, { timezone: 'Europe/Berlin' });
  assert.equal(timeOf(inNewYork({ message })), '2026-07-01T12:00:00.000Z');
  assert.equal(
    timeOf(runnerOf('find-time', {}, { timezone: 'Europe/Berlin' })({ message })),
    '2026-07-01T06:00:00.000Z',
  );
});

test('an unknown zone is refused when the pipeline is made', () => {
  assert.throws(
    () => runnerOf('find-time', { timezone: 'Mars/Olympus' }),
    (error) => error instanceof LogmillError && error.where.key === 'timezone',
  );
});
