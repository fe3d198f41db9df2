import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import type { PageLevel, PageModel } from '../../src/api/contract/page.ts';
import type { SearchAnswer } from '../../src/api/contract/search.ts';
import { pageModel } from '../../src/api/queries/page-model.ts';
import { getAlert } from '../../src/rules/alerts.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { groupsOf } from './plain-loop.ts';
import { type Document, NOW, seededAlert } from './seed.ts';
import { absentStore, testConfig } from './test-server.ts';
import { fieldOf, timeOf, WORLDS, type World } from './worlds.ts';

const LEVELS: readonly PageLevel[] = ['error', 'warn', 'info', 'debug', 'other'];

/** The level an event is shown as: its own, or else what its HTTP status says; an error in a group is always one. */
function levelOf(event: Document): PageLevel {
  const level = String(fieldOf(event, 'log.level') ?? '');
  const status = Number(fieldOf(event, 'http.response.status_code') ?? 0);
  if (['error', 'fatal'].includes(level) || fieldOf(event, 'error.grouping_key') !== undefined || status >= 500)
    return 'error';
  if (level === 'warn' || status >= 400) return 'warn';
  if (level === 'info' || status >= 100) return 'info';
  return ['debug', 'trace'].includes(level) ? 'debug' : 'other';
}

for (const kind of WORLDS) {
  describe(`what the page shows of ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(() => world.close());
    const model = async (search: Record<string, string>): Promise<PageModel> => {
      const options = {
        config: testConfig(),
        store: world.store,
        telemetry: createTelemetry(),
        log: pino({ level: 'silent' }),
      };
      const reading = { store: world.store, now: NOW };
      const asked = new URLSearchParams({ index: world.index, ...search });
      return await pageModel(reading, { ...options, version: 'x', tokens: [] }, asked);
    };

    for (const [title, search, means] of [
      ['of all time', { range: 'all' }, () => true],
      ['of a quarter of an hour', { range: '15m' }, (event: Document) => timeOf(event) >= NOW - 15 * 60_000],
      [
        'of a query',
        { range: '1h', q: 'service.name: web' },
        (event: Document) => fieldOf(event, 'service.name') === 'web',
      ],
    ] as const) {
      it(`is a histogram ${title} by level with the counts of a plain loop`, async () => {
        const { histogram, lines, services, newest, fault } = await model(search);
        const events = world.events.filter(means);
        assert.equal(fault, undefined);
        assert.equal(newest, world.events.at(-1)!['@timestamp']);
        assert.equal(lines!.total, events.length);
        for (const level of LEVELS) {
          const members = events.filter((event) => levelOf(event) === level);
          assert.equal(histogram!.totals[level], members.length, level);
          for (const { time, counts } of histogram!.steps) {
            const begin = Date.parse(time);
            const inside = members.filter(
              (event) => timeOf(event) >= begin && timeOf(event) < begin + histogram!.interval_ms,
            );
            assert.equal(counts[level], inside.length, `${level} at ${time}`);
          }
        }
        const wanted = groupsOf(events, 'service.name').map(([name, members]) => ({
          name,
          events: members.length,
          errors: members.filter((event) => levelOf(event) === 'error').length,
        }));
        assert.deepEqual(services!.toSorted(byName), wanted.toSorted(byName));
        const errors = services!.map((service) => service.errors);
        assert.deepEqual(
          errors,
          errors.toSorted((left, right) => right - left),
        );
      });
    }

    it('leads from a level to exactly the events counted as it', async () => {
      const { histogram } = await model({ range: 'all' });
      for (const level of ['error', 'warn'] as const) {
        const { body } = await world.ask<SearchAnswer>('GET', '/api/v1/search', {
          query: { index: world.index, query: histogram!.conditions[level], size: '1000' },
        });
        assert.equal(body.total, histogram!.totals[level]);
        assert.ok(body.hits.every(({ source }) => levelOf(source as Document) === level));
      }
    });

    it('is chosen so that the newest event is in it when the address names no range', async () => {
      assert.equal((await model({})).form.range, '1h');
      assert.equal((await model({ index: 'logs-no.such-stream' })).newest, null);
    });

    it('says what is wrong with a query beside what does not depend on it', async () => {
      const { fault, lines, alerts } = await model({ q: 'log.level: (error' });
      assert.deepEqual([fault?.code, lines], ['KQL_SYNTAX', undefined]);
      assert.ok(alerts!.some(({ id }) => id === seededAlert(world.namespace).id));
    });

    it('takes an action on an alert by a form, leads back to where it was, and nowhere else', async () => {
      const { id } = seededAlert(world.namespace);
      const send = async (back: string) => {
        const answer = await world.server.inject({
          method: 'POST',
          url: `/alerts/${id}/acknowledge`,
          headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ return: back }).toString(),
        });
        assert.equal(answer.statusCode, 303);
        return answer.headers.location;
      };
      const here = `/?${new URLSearchParams({ q: 'log.level: "a&b=c" and Größe #1+2', range: '7d' })}`;
      assert.equal(await send(here), here);
      for (const there of [
        '//evil.example',
        'https://evil.example/',
        '/\\evil.example',
        '/?a\r\nset-cookie: x',
        '/es',
        '',
      ])
        assert.equal(await send(there), '/', there);
      const alert = await getAlert(world.store.client, id);
      assert.deepEqual([alert.status, alert.by], ['acknowledged', 'page']);
    });
  });
}

describe('what the page shows of a store that is away', () => {
  it('is what can be known without it, and why the rest is missing', async () => {
    const store = absentStore();
    const options = { config: testConfig(), store, telemetry: createTelemetry(), log: pino({ level: 'silent' }) };
    const search = new URLSearchParams({ q: 'x', range: '1h' });
    const shown = await pageModel({ store, now: NOW }, { ...options, version: 'x', tokens: [] }, search);
    assert.equal(shown.fault?.code, 'STORE_UNREACHABLE');
    assert.deepEqual(
      [shown.lines, shown.histogram, shown.alerts, shown.newest],
      [undefined, undefined, undefined, undefined],
    );
    assert.equal(shown.form.query, 'x');
    await store.close();
  });
});

function byName(left: { name: string }, right: { name: string }): number {
  return left.name < right.name ? -1 : 1;
}
