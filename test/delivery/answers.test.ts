import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import {
  FAILURES,
  ITEM_ANSWERS,
  type ItemMeaning,
  REQUEST_ANSWERS,
  type RequestMeaning,
  type Row,
} from '../../src/delivery/answers.ts';
import type { DeliveryOptions } from '../../src/delivery/delivery.ts';
import { settled } from '../../src/model/ledger.ts';
import { chunkOf, type Kind, LETTERS, STREAM, sourceOf, startTestDelivery } from './chunks.ts';
import { type Fault, type FaultStore, startFaultStore } from './fault-store.ts';

type ItemName = (typeof ITEM_ANSWERS)[number]['answer'];
type RequestName = (typeof REQUEST_ANSWERS)[number]['answer'];
type FailureName = (typeof FAILURES)[number]['answer'];

/** For each row of the table an answer that it is for. A row without one does not compile, and the guard below fails. */
const ITEMS: Readonly<Record<ItemName, readonly [status: number, type: string, reason: string]>> = {
  '201 created': [201, '', ''],
  '200 updated': [200, '', ''],
  '409 own': [409, 'version_conflict_engine_exception', '[x]: version conflict, document already exists (current [1])'],
  '409 foreign': [409, 'snapshot_in_progress_exception', 'cannot delete indices that are being snapshotted'],
  '429 flood stage': [429, 'cluster_block_exception', 'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage …]'],
  '429 overloaded': [429, 'es_rejected_execution_exception', 'rejected execution of coordinating operation'],
  '403 read-only': [403, 'cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/5/index read-only (api)];'],
  '401 no right': [401, 'security_exception', 'action requires authentication'],
  '403 no right': [403, 'security_exception', 'action [indices:data/write/bulk[s]] is unauthorized for user [x]'],
  '404 no index': [404, 'index_not_found_exception', 'no such index [x] and [action.auto_create_index] …'],
  '400 closed index': [400, 'index_closed_exception', 'closed'],
  '400 no shards left': [
    400,
    'validation_exception',
    'this cluster currently has [1000]/[1000] maximum normal shards open;',
  ],
  '400 mapper': [400, 'document_parsing_exception', '[1:2] failed to parse field [@timestamp] of type [date]'],
  '400 other': [400, 'invalid_index_name_exception', 'Invalid index name [A]'],
  '413 document': [413, 'circuit_breaking_exception', 'too large'],
  '502 item': [502, 'exception', 'bad gateway'],
  '503 no shard': [503, 'unavailable_shards_exception', 'primary shard is not active'],
  '504 item': [504, 'exception', 'timed out'],
  '500 item': [500, 'i_o_exception', 'No space left on device'],
  'any other item': [405, 'exception', 'no'],
};

const error = (type: string, reason: string) => JSON.stringify({ error: { type, reason }, status: 0 });
const REQUESTS: Readonly<Record<RequestName, readonly [status: number, body: string]>> = {
  '200': [200, '{"no":"bulk"}'],
  '400 protocol': [400, error('media_type_header_exception', 'Accept version must be 8')],
  '400 content': [400, error('illegal_argument_exception', 'Malformed action/metadata line [1]')],
  '400 of a stranger': [400, '<html>The plain HTTP request was sent to HTTPS port</html>'],
  '401': [401, error('security_exception', 'unable to authenticate')],
  '403 block': [403, error('cluster_block_exception', 'blocked by: [FORBIDDEN/6/cluster read-only (api)];')],
  '403': [403, error('security_exception', 'not allowed')],
  '404': [404, ''],
  '405': [405, ''],
  '408': [408, ''],
  '413': [413, ''],
  '429 block': [429, error('cluster_block_exception', 'disk usage exceeded flood-stage watermark')],
  '429': [429, error('es_rejected_execution_exception', 'busy')],
  '500': [500, error('i_o_exception', 'No space left on device')],
  '502': [502, '<html>Bad gateway</html>'],
  '503': [503, error('cluster_block_exception', 'blocked by: [SERVICE_UNAVAILABLE/2/no master];')],
  '504': [504, ''],
  'any other status': [302, ''],
};

/** What the store does, before it has worked and after. */
const BROKEN: Readonly<Record<Exclude<FailureName, 'TLS failure' | 'never connected'>, readonly Fault[]>> = {
  timeout: [
    { kind: 'silent', taken: false },
    { kind: 'silent', taken: true, rollover: true },
  ],
  'slow drip': [
    { kind: 'drip', taken: false },
    { kind: 'drip', taken: true, rollover: true },
  ],
  'product check': [{ kind: 'stranger', taken: true, rollover: true }],
  'invalid JSON': [{ kind: 'garbage', taken: true, rollover: true }],
  'other items': [{ kind: 'status', status: 200, body: '{"errors":true,"items":[]}' }],
  'cut connection': [
    { kind: 'cut', taken: false },
    { kind: 'cut', taken: true, rollover: true },
  ],
};

const LINES: Kind[] = Array.from({ length: 10 }, () => 'document');

describe('what is done about everything that Elasticsearch can answer', () => {
  const stores: FaultStore[] = [];
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
    stores.push(store);
  });
  after(async () => {
    await Promise.all(stores.map((each) => each.close()));
  });

  /** Ten lines to the store; what became of them, and why any were sent again. */
  async function ship(options: Partial<DeliveryOptions> = {}, requestTimeout = 5000) {
    const client = store.client(requestTimeout);
    const { delivery, telemetry } = startTestDelivery(client, options);
    // Nothing of it can have been sent before, so that only what a row says is looked up.
    const { processed, tallies } = chunkOf(LINES, { source: sourceOf('app', 0) });
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    const retries = (await telemetry.retries.get()).values.map(({ labels }) => labels.reason);
    assert.equal(settled(tallies[0]!).lines, LINES.length);
    assert.equal(new Set(store.ids(STREAM)).size, store.ids(STREAM).length);
    return { tally: tallies[0]!, retries };
  }

  for (const row of ITEM_ANSWERS as readonly Row<ItemName, ItemMeaning>[]) {
    const [status, type, reason] = ITEMS[row.answer];
    it(`an item: ${row.answer} is ${meaningOf(row)}`, async () => {
      store.bulkFaults.push({ kind: 'items', every: 5, status, type, reason });
      const { tally, retries } = await ship();
      const outcome = { again: 'indexed', dead_letter: 'dead_lettered' } as const;
      const expected = row.means === 'again' || row.means === 'dead_letter' ? outcome[row.means] : row.means;
      assert.equal(tally[expected].lines, expected === 'indexed' ? 10 : 2);
      assert.deepEqual(retries, row.means === 'again' ? [row.why] : []);
      const letters = store.documents(LETTERS) as { logmill: { dead_letter: { reason: string } } }[];
      const reasons = letters.map(({ logmill }) => logmill.dead_letter.reason);
      assert.deepEqual(reasons, row.means === 'dead_letter' ? [row.why, row.why] : []);
      const lookUps = store.requests.filter((path) => path.endsWith('/_search')).length;
      assert.equal(lookUps, row.means === 'again' && row.done === 'unknown' ? 1 : 0);
    });
  }

  for (const row of REQUEST_ANSWERS as readonly Row<RequestName, RequestMeaning>[]) {
    const [status, body] = REQUESTS[row.answer];
    it(`a request: ${row.answer} is ${meaningOf(row)}, and every line stored once`, async () => {
      store.bulkFaults.push({ kind: 'status', status, body });
      const { tally, retries } = await ship();
      assert.equal(tally.indexed.lines, 10);
      const why = row.means === 'items' ? 'unreadable_answer' : row.why;
      assert.deepEqual(retries, row.means === 'split' ? [] : [why]);
      assert.deepEqual(store.documents(LETTERS), []);
    });
  }

  for (const row of FAILURES as readonly Row<FailureName, RequestMeaning>[]) {
    if (!(row.answer in BROKEN)) continue;
    for (const fault of BROKEN[row.answer as keyof typeof BROKEN]) {
      const when = 'taken' in fault && fault.taken ? ' after the work was done' : '';
      it(`no answer: ${row.answer}${when} is ${meaningOf(row)}, and every line stored once`, async () => {
        store.bulkFaults.push(fault);
        const { retries } = await ship({ requestTimeout: 150 }, 200);
        assert.deepEqual(retries, row.means === 'again' ? [row.why] : []);
        assert.equal(store.ids(STREAM).length, 10);
      });
    }
  }

  for (const [answer, node] of [
    // Speaks plain HTTP, so that the handshake fails.
    ['TLS failure', () => store.node.replace('http:', 'https:')],
    ['never connected', () => 'http://127.0.0.1:1'],
  ] as const) {
    const row = FAILURES.find((each) => each.answer === answer)!;
    it(`no answer: ${answer} is ${meaningOf(row)}`, async () => {
      const client = new Client({ node: node(), maxRetries: 0 });
      const waiting = Promise.withResolvers<string>();
      const { delivery } = startTestDelivery(client, {
        onState: (status) => waiting.resolve(status.store.state === 'waiting' ? status.store.reason : ''),
      });
      const { processed, tallies } = chunkOf(LINES);
      const accepted = delivery.accept(processed);
      const drained = delivery.drain();
      assert.equal(await waiting.promise, row.why);
      await delivery.close();
      assert.equal(await drained, false);
      await accepted;
      assert.deepEqual(tallies, []);
      await client.close();
    });
  }

  it('has no row that nothing above is for, and none that can never be reached', () => {
    const tested = [
      ...Object.keys(ITEMS),
      ...Object.keys(REQUESTS),
      ...Object.keys(BROKEN),
      'TLS failure',
      'never connected',
    ];
    const rows = [...ITEM_ANSWERS, ...REQUEST_ANSWERS, ...FAILURES].map(({ answer }) => answer as string);
    assert.deepEqual(tested.toSorted(), rows.toSorted());
    assert.equal(new Set(rows).size, rows.length);
    for (const rowsOf of [ITEM_ANSWERS, REQUEST_ANSWERS, FAILURES]) {
      const last = rowsOf.findIndex((row) => !('status' in row) && !('says' in row));
      assert.equal(last, rowsOf.length - 1, 'only the last row fits always');
    }
  });
});

function meaningOf(row: ItemMeaning | RequestMeaning): string {
  switch (row.means) {
    case 'again':
      return `sent again (${row.why})${row.done === 'unknown' ? ' after a look-up' : ''}`;
    case 'dead_letter':
      return `a dead letter (${row.why})`;
    case 'split':
      return `split (${row.why})`;
    case 'items':
      return 'judged item by item';
    default:
      return row.means.replaceAll('_', ' ');
  }
}
