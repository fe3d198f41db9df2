import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { writeTime } from '../../../../src/store/embedded/search/dates/format.ts';
import { add, floorTo, resolveDate } from '../../../../src/store/embedded/search/dates/math.ts';
import { fromLocal, toLocal } from '../../../../src/store/embedded/search/dates/zone.ts';

const NOW = Date.parse('2026-11-21T14:35:12.345Z');
const at = (text: string, up = false, zone?: string) =>
  new Date(resolveDate(text, up, { now: NOW, zone })).toISOString();
const moment = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2090, 0, 1) });
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', '+05:30', '-03:00');

describe('date math', () => {
  it('adds, takes away and rounds from now', () => {
    assert.equal(at('now-5m/m'), '2026-11-21T14:30:00.000Z');
    assert.equal(at('now/d', true), '2026-11-21T23:59:59.999Z');
    assert.equal(at('now-1M/M'), '2026-10-01T00:00:00.000Z');
    assert.equal(at('now/w'), '2026-11-16T00:00:00.000Z');
  });

  it('fills in what was not written, down or up', () => {
    assert.equal(at('2026-11'), '2026-11-01T00:00:00.000Z');
    // Elasticsearch fills up the clock only.
    assert.equal(at('2024-02', true), '2024-02-01T23:59:59.999Z');
    assert.equal(at('2026-11-21T10', true), '2026-11-21T10:59:59.999Z');
    assert.equal(at('2026-11-21||+1d'), '2026-11-22T00:00:00.000Z');
  });

  it('reads times without zone in the zone asked for', () => {
    assert.equal(at('2026-07-01T12:00', false, 'Europe/Berlin'), '2026-07-01T10:00:00.000Z');
    assert.equal(at('2026-07-01T12:00Z', false, 'Europe/Berlin'), '2026-07-01T12:00:00.000Z');
  });

  it('refuses what is no date', () => {
    for (const text of ['yesterday', '2026-13-01', '2026-02-30', 'now+1x', '2026-11-21||*2d']) {
      assert.throws(() => resolveDate(text, false, { now: NOW }), text);
    }
  });
});

describe('times in zones', () => {
  it('round down to a moment not after them, and the next unit starts after them', () => {
    fc.assert(
      fc.property(moment, zone, fc.constantFrom('m', 'h', 'd', 'w', 'M', 'q', 'y'), (time, place, unit) => {
        const floor = floorTo(time, unit, place);
        assert.ok(floor <= time);
        assert.ok(add(floor, 1, unit, place) > time);
        assert.equal(floorTo(floor, unit, place), floor);
      }),
    );
  });

  it('come back from the wall clock, but for the hour that comes twice', () => {
    fc.assert(
      fc.property(moment, zone, (time, place) => {
        const back = fromLocal(place, toLocal(place, time));
        assert.ok(back === time || Math.abs(back - time) === 3_600_000);
      }),
    );
  });

  it('are read again as they were written', () => {
    fc.assert(
      fc.property(moment, zone, (time, place) => {
        assert.equal(resolveDate(writeTime(time, 'strict_date_optional_time', place), false, { now: NOW }), time);
      }),
    );
  });
});
