import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ErrorGroupsAnswer } from '../../src/api/contract/error-groups.ts';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { FieldsAnswer } from '../../src/api/contract/fields.ts';
import type { SecurityAnswer } from '../../src/api/contract/security.ts';
import { groupsOf } from './plain-loop.ts';
import { type Document, NOW } from './seed.ts';
import { fieldOf, timeOf, WORLDS, type World } from './worlds.ts';

const FROM = new Date(NOW - 30 * 60_000).toISOString();
const iso = (time: number) => new Date(time).toISOString();

for (const kind of WORLDS) {
  describe(`summaries of ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(() => world.close());
    const ask = async <Body>(path: string, query: Record<string, string> = {}) => {
      const { status, body } = await world.ask<Body>('GET', path, { query: { index: world.index, ...query } });
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    };

    for (const [title, query, means] of [
      ['of all time', {}, () => true],
      ['of a range', { from: FROM, to: iso(NOW) }, (event: Document) => timeOf(event) >= Date.parse(FROM)],
      ['of a query', { query: 'service.name: shop' }, (event: Document) => fieldOf(event, 'service.name') === 'shop'],
    ] as const) {
      it(`groups the errors ${title} with count, ends, services and trend as a plain loop does`, async () => {
        const body = await ask<ErrorGroupsAnswer>('/api/v1/error-groups', query);
        const errors = world.events.filter(
          (event) => means(event) && fieldOf(event, 'error.grouping_key') !== undefined,
        );
        const groups = groupsOf(errors, 'error.grouping_key');
        assert.equal(body.total, errors.length);
        assert.equal(body.distinct, groups.length);
        assert.deepEqual(
          body.groups.map(({ key }) => key),
          groups.map(([key]) => key),
        );
        for (const [at, [, members]] of groups.entries()) {
          compareGroup(body, body.groups[at]!, members);
          const newest = world.seeded.find(({ document }) => document === members.at(-1));
          assert.equal(body.groups[at]!.sample_id, newest?.id);
        }
      });
    }

    it('shows only the largest groups when asked for few, and none where there are no errors', async () => {
      const one = await ask<ErrorGroupsAnswer>('/api/v1/error-groups', { size: '1' });
      assert.deepEqual([one.groups.length, one.distinct], [1, 2]);
      const none = await ask<ErrorGroupsAnswer>('/api/v1/error-groups', { query: 'service.name: search' });
      assert.deepEqual(none, { total: 0, distinct: 0, span: null, interval_ms: null, groups: [] });
    });

    for (const [title, query] of [
      ['of all time', {}],
      ['of a range', { from: FROM }],
    ] as const) {
      it(`counts logins and probes ${title} as a plain loop does`, async () => {
        const body = await ask<SecurityAnswer>('/api/v1/security', query);
        const events = world.events.filter((event) => !('from' in query) || timeOf(event) >= Date.parse(query.from));
        const logins = events.filter((event) => fieldOf(event, 'event.category') !== undefined);
        const failed = logins.filter((event) => fieldOf(event, 'event.outcome') === 'failure');
        const succeeded = logins.filter((event) => fieldOf(event, 'event.outcome') === 'success');
        const probes = events.filter((event) => fieldOf(event, 'url.path') === '/wp-login.php');
        assert.deepEqual(body.logins, { failed: failed.length, succeeded: succeeded.length });
        assert.equal(body.probes, probes.length);
        assert.deepEqual(body.failing_addresses, top(failed, 'source.ip'));
        assert.deepEqual(body.failing_users, top(failed, 'user.name'));
        assert.deepEqual(body.successful_users, top(succeeded, 'user.name'));
        assert.deepEqual(body.probing_addresses, top(probes, 'source.ip'));
        assert.deepEqual(body.probed_paths, top(probes, 'url.path'));
        for (const [at, step] of body.series.entries()) {
          assert.equal(Date.parse(step.time), Date.parse(body.series[0]!.time) + at * body.interval_ms!);
          const count = (some: Document[]) => within(some, step.time, body.interval_ms!).length;
          assert.deepEqual([step.failed, step.succeeded, step.probes], [failed, succeeded, probes].map(count));
        }
        assert.equal(sum(body.series.map((step) => step.failed)), failed.length);
      });
    }

    it('keeps the top lists as short as asked for', async () => {
      const body = await ask<SecurityAnswer>('/api/v1/security', { size: '1' });
      assert.deepEqual(body.failing_users, [{ key: 'admin', count: 10 }]);
    });

    it('lists the fields by name, with type and what can be done with them', async () => {
      const { fields } = await ask<FieldsAnswer>('/api/v1/fields');
      const names = fields.map(({ name }) => name);
      assert.deepEqual(names, names.toSorted());
      const both = { searchable: true, aggregatable: true };
      for (const [name, type] of [
        ['@timestamp', 'date'],
        ['service.name', 'keyword'],
        ['http.response.status_code', 'long'],
        ['source.ip', 'ip'],
      ] as const) {
        assert.deepEqual(
          fields.find((field) => field.name === name),
          { name, types: [type], ...both },
        );
      }
      const message = fields.find(({ name }) => name === 'message')!;
      assert.deepEqual([message.searchable, message.aggregatable], [true, false]);
      assert.ok(!names.includes('service') && !names.some((name) => name.startsWith('_')), 'only fields with values');
    });

    it('knows no fields of streams that do not exist', async () => {
      assert.deepEqual(await ask<FieldsAnswer>('/api/v1/fields', { index: 'logs-no.such-stream' }), { fields: [] });
    });

    it('refuses keys it does not know and sizes out of bounds', async () => {
      for (const [path, query] of [
        ['/api/v1/fields', { indices: 'x' }],
        ['/api/v1/error-groups', { size: '501' }],
        ['/api/v1/security', { size: '0' }],
        ['/api/v1/security', { size: '1.5' }],
      ] as const) {
        const { status, body } = await world.ask<Fault>('GET', path, { query: query as never });
        assert.deepEqual([status, body.error.code], [400, 'REQUEST_INVALID']);
        assert.equal(body.error.where?.key, Object.keys(query)[0]);
      }
    });
  });
}

function compareGroup(
  answer: ErrorGroupsAnswer,
  group: ErrorGroupsAnswer['groups'][number],
  members: Document[],
): void {
  const newest = members.at(-1)!;
  assert.equal(group.count, members.length);
  assert.equal(group.first_seen, members[0]!['@timestamp']);
  assert.equal(group.last_seen, newest['@timestamp']);
  assert.equal(group.sample, fieldOf(newest, 'error.message'));
  assert.equal(group.type, fieldOf(newest, 'error.type'));
  assert.deepEqual(
    group.services.map(({ name, count }) => ({ key: name, count })),
    top(members, 'service.name'),
  );
  const [begin, width] = [Date.parse(answer.span!.from), answer.interval_ms!];
  assert.equal(Date.parse(answer.span!.to), begin + group.trend.length * width);
  assert.deepEqual(
    group.trend,
    group.trend.map((_, at) => within(members, iso(begin + at * width), width).length),
  );
  assert.equal(sum(group.trend), members.length);
}

function top(events: Document[], field: string): { key: string; count: number }[] {
  return groupsOf(events, field).map(([key, members]) => ({ key, count: members.length }));
}

function within(events: Document[], from: string, width: number): Document[] {
  const begin = Date.parse(from);
  return events.filter((event) => timeOf(event) >= begin && timeOf(event) < begin + width);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
