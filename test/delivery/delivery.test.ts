import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { DeliveryStatus } from '../../src/delivery/delivery.ts';
import { settled } from '../../src/model/ledger.ts';
import { chunkOf, type Kind, LETTERS, STREAM, startTestDelivery } from './chunks.ts';
import { type Document, type FaultStore, startFaultStore } from './fault-store.ts';

const many = (kind: Kind, count: number): Kind[] => Array.from({ length: count }, () => kind);

describe('delivery', () => {
  const stores: FaultStore[] = [];
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
    stores.push(store);
  });
  after(async () => {
    await Promise.all(stores.map((each) => each.close()));
  });

  it('indexes every line once and tells the chunk what became of its lines', async () => {
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(['document', 'rejected', 'dropped', 'split', 'document']);
    await delivery.accept(processed);
    assert.equal(await delivery.drain(), true);
    assert.equal(store.documents(STREAM).length, 5);
    assert.equal(store.documents(LETTERS).length, 1);
    assert.equal(tallies.length, 1);
    const [tally] = tallies;
    assert.deepEqual([tally!.indexed.lines, tally!.dead_lettered.lines, tally!.dropped.lines], [3, 1, 1]);
    assert.equal(settled(tally!).bytes, processed.chunk.end);
    await delivery.close();
  });

  it('stamps event.ingested into every document', async () => {
    const { delivery } = startTestDelivery(store.client());
    await delivery.accept(chunkOf(['document']).processed);
    await delivery.drain();
    const [document] = store.documents(STREAM);
    assert.match((document!['event'] as { ingested: string }).ingested, /^2026-01-01T00:00:\d\d\.\d{3}Z$/);
    await delivery.close();
  });

  it('acknowledges a chunk of dropped lines and one of blank lines without asking the store', async () => {
    const { delivery } = startTestDelivery(store.client());
    const dropped = chunkOf(['dropped', 'dropped']);
    const empty = chunkOf([]);
    await delivery.accept(dropped.processed);
    await delivery.accept(empty.processed);
    await delivery.drain();
    assert.equal(dropped.tallies.length, 1);
    assert.equal(empty.tallies.length, 1);
    assert.deepEqual(store.requests, []);
    await delivery.close();
  });

  it('sends again only the items that were answered with 429, and says so once', async () => {
    const fault = {
      kind: 'items',
      every: 3,
      status: 429,
      type: 'es_rejected_execution_exception',
      reason: 'busy',
    } as const;
    store.bulkFaults.push(fault, fault, fault);
    const { delivery, messages, telemetry } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many('document', 30));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.documents(STREAM).length, 30);
    assert.equal(tallies[0]!.indexed.lines, 30);
    assert.equal(messages.filter(({ msg }) => /puts documents off/.test(String(msg))).length, 1);
    assert.equal(messages.filter(({ msg }) => /has taken the documents/.test(String(msg))).length, 1);
    const retries = await telemetry.retries.get();
    assert.equal(retries.values.find(({ labels }) => labels.reason === 'overloaded')!.value, 10 + 3 + 1);
    await delivery.close();
  });

  it('waits out a store that cannot be reached, refuses the password or is overloaded, and says each once', async () => {
    const security = '{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}';
    store.faults.push(
      { kind: 'status', status: 401, body: security },
      { kind: 'status', status: 401, body: security },
      { kind: 'status', status: 503 },
      { kind: 'cut', taken: false },
      { kind: 'status', status: 429 },
    );
    const states: DeliveryStatus[] = [];
    const { delivery, messages } = startTestDelivery(store.client(), { onState: (status) => states.push(status) });
    const { processed, tallies } = chunkOf(many('document', 10));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(tallies[0]!.indexed.lines, 10);
    assert.deepEqual(
      states.map((state) => (state.store.state === 'waiting' ? state.store.reason : state.store.state)),
      ['unauthorized', 'unavailable', 'no_connection', 'overloaded', 'ready'],
    );
    assert.equal(
      states[0]!.store.state === 'waiting' && states[0]!.store.message,
      'Elasticsearch at http://store.test answers 401 (security_exception: unable to authenticate): waiting',
    );
    assert.equal(messages.filter(({ level }) => level === 40).length, 4);
    await delivery.close();
  });

  it('puts a document whose field the store refuses into the dead letters, line whole, and the others into the stream', async () => {
    store.settings.refuse = ({ index, text }) =>
      index === STREAM && text.includes('"kind":"bad"')
        ? {
            status: 400,
            type: 'document_parsing_exception',
            reason: "[1:2] failed to parse field [a.b] of type [long] in document with id 'x'",
          }
        : undefined;
    const { delivery, telemetry } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(['document', 'bad', 'document']);
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    assert.equal(tallies[0]!.indexed.lines, 2);
    const [letter] = store.documents(LETTERS) as { logmill: { dead_letter: Record<string, unknown> } }[];
    assert.equal(letter!.logmill.dead_letter['reason'], 'mapping');
    assert.equal(letter!.logmill.dead_letter['field'], 'a.b');
    assert.equal(letter!.logmill.dead_letter['line'], processed.chunk.lines[1]!.text);
    assert.deepEqual(store.ids(LETTERS), [processed.documents[1]!.id]);
    const rejected = await telemetry.rejected.get();
    assert.deepEqual(rejected.values, [{ labels: { pipeline: 'plain-text', reason: 'mapping' }, value: 1 }]);
    await delivery.close();
  });

  it('splits a batch that is too large and keeps a document that alone is too large as a shortened dead letter', async () => {
    store.settings.maxBodyBytes = 100_000;
    const { delivery } = startTestDelivery(store.client(), {
      settings: { in_flight: '32MB', batch: '4MB', concurrency: 1, linger: '10ms' },
    });
    const small = chunkOf(many('document', 600), { text: 'x'.repeat(500) });
    const large = chunkOf(['document'], { start: 1_000_000, text: 'y'.repeat(150_000) });
    await delivery.accept(small.processed);
    await delivery.accept(large.processed);
    await delivery.drain();
    assert.equal(small.tallies[0]!.indexed.lines, 600);
    assert.equal(large.tallies[0]!.dead_lettered.lines, 1);
    const [letter] = store.documents(LETTERS) as { logmill: { dead_letter: Record<string, unknown> } }[];
    const { reason, line, length } = letter!.logmill.dead_letter;
    assert.deepEqual([reason, String(line).length], ['too_large', 64 * 1024]);
    assert.equal(length, Buffer.byteLength(large.processed.chunk.lines[0]!.text));
    await delivery.close();
  });

  it('finds the one document that makes the store refuse a whole bulk', async () => {
    store.settings.poison = 'bad some text';
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf([...many('document', 20), 'bad', ...many('document', 12)]);
    store.settings.refuse = () => undefined;
    await delivery.accept(processed);
    // The dead letter carries the poison too: the store must take it for the run to end.
    while (store.ids(STREAM).length < 32) await new Promise(setImmediate);
    store.settings.poison = undefined;
    await delivery.drain();
    assert.equal(tallies[0]!.indexed.lines, 32);
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    await delivery.close();
  });

  const TOO_LONG = {
    status: 400,
    type: 'illegal_argument_exception',
    reason: 'Document contains at least one immense term in field="logmill.dead_letter.line" (whose UTF8 encoding …',
  };
  const CLOSED_DOOR = { status: 400, type: 'illegal_state_exception', reason: 'no' };
  const keysOf = (source: Document) =>
    Object.keys((source['logmill'] as { dead_letter: object }).dead_letter).join(' ');

  it('does not lose a dead letter whose line the store refuses: less of the line first, then waiting', async () => {
    const seen: string[] = [];
    let willing = false;
    store.settings.refuse = ({ index }, source) => {
      if (index !== LETTERS || willing) return undefined;
      seen.push(keysOf(source));
      return TOO_LONG;
    };
    const { delivery, messages } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(['rejected'], { text: 'z'.repeat(70_000) });
    await delivery.accept(processed);
    while (seen.length < 6) await new Promise(setImmediate);
    assert.equal(tallies.length, 0);
    const [lane] = delivery.status().lanes;
    assert.deepEqual([lane?.reason, lane?.documents], ['dead_letter_refused', 1]);
    willing = true;
    await delivery.drain();
    assert.deepEqual(seen.slice(0, 4), [
      'reason detail pipeline input line',
      'reason detail pipeline input line length sha256',
      'reason detail pipeline input length sha256',
      'reason detail pipeline input length sha256',
    ]);
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    assert.equal(messages.filter(({ reason }) => reason === 'dead_letter_refused').length, 2);
    await delivery.close();
  });

  it('keeps the line whole in a dead letter that the store refuses for any other reason, for as long as it does', async () => {
    let refused = 0;
    store.settings.refuse = ({ index }) => {
      if (index !== LETTERS || refused === 6) return undefined;
      refused++;
      return CLOSED_DOOR;
    };
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(['rejected'], { text: 'z'.repeat(70_000) });
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(refused, 6);
    assert.deepEqual(store.documents(LETTERS).map(keysOf), ['reason detail pipeline input line']);
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    await delivery.close();
  });

  it('waits out a 400 that is not about the documents, and keeps every line in its stream', async () => {
    const page = '<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>';
    const versions =
      '{"error":{"type":"media_type_header_exception","reason":"Accept version must be 8"},"status":400}';
    for (const body of [page, '', versions, '{"error":"no handler found for uri"}', '{"error":null}']) {
      for (let round = 0; round < 5; round++) store.bulkFaults.push({ kind: 'status', status: 400, body });
    }
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many('document', 5));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(tallies[0]!.indexed.lines, 5);
    assert.equal(store.documents(LETTERS).length, 0);
    await delivery.close();
  });

  it('takes an answer that is not HTTP for a lost one', async () => {
    store.bulkFaults.push({ kind: 'malformed', taken: true, rollover: true }, { kind: 'malformed', taken: false });
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many('document', 5));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.ids(STREAM).length, 5);
    assert.equal(settled(tallies[0]!).lines, 5);
    await delivery.close();
  });

  it('does not double what a lost answer had indexed, not even after a rollover', async () => {
    const { delivery } = startTestDelivery(store.client(), {
      settings: { in_flight: '1B', batch: '16KB', concurrency: 2, linger: '10ms' },
    });
    await delivery.accept(chunkOf(['document'], { start: 10_000 }).processed);
    await delivery.drain();
    store.bulkFaults.push({ kind: 'cut', taken: true, rollover: true });
    const { processed, tallies } = chunkOf(many('document', 25));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.ids(STREAM).length, 26);
    assert.equal(tallies[0]!.already_there.lines, 25);
    await delivery.close();
  });

  it('does not double what a store had indexed that never answered', async () => {
    store.bulkFaults.push({ kind: 'silent', taken: true, rollover: true }, { kind: 'silent', taken: false });
    const { delivery, messages } = startTestDelivery(store.client(200));
    const { processed, tallies } = chunkOf(many('document', 25));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.ids(STREAM).length, 25);
    assert.equal(settled(tallies[0]!).lines, 25);
    assert.ok(messages.some(({ reason, detail }) => reason === 'timeout' && detail === 'does not answer in time'));
    await delivery.close();
  });

  it('looks up after a start until a whole in-flight budget has passed, then no more', async () => {
    const { delivery } = startTestDelivery(store.client(), {
      settings: { in_flight: '4KB', batch: '2KB', concurrency: 1, linger: '10ms' },
    });
    for (let round = 0; round < 6; round++) {
      await delivery.accept(chunkOf(many('document', 60), { start: round * 100_000 }).processed);
      await delivery.drain();
    }
    const lookUps = store.requests.filter((path) => path.endsWith('/_search')).length;
    const bulks = store.requests.filter((path) => path === '/_bulk').length;
    assert.ok(lookUps >= 2 && lookUps < bulks / 2, `${lookUps} look-ups before ${bulks} bulks`);
    assert.ok(!store.requests.slice(-5).some((path) => path.endsWith('/_search')));
    await delivery.close();
  });

  it('adds nothing when everything is sent again by a new process after a rollover', async () => {
    const kinds: Kind[] = ['document', 'rejected', 'split', 'document'];
    const first = startTestDelivery(store.client());
    await first.delivery.accept(chunkOf(kinds).processed);
    await first.delivery.drain();
    await first.delivery.close();
    store.rollover();
    const second = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(kinds);
    await second.delivery.accept(processed);
    await second.delivery.drain();
    assert.equal(store.ids(STREAM).length, 5);
    assert.equal(store.ids(LETTERS).length, 1);
    assert.equal(tallies[0]!.already_there.lines, 3);
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    await second.delivery.close();
  });

  it('holds its caller back while the store takes nothing, and lets go when closed', async () => {
    store.faults.push(...Array.from({ length: 10_000 }, () => ({ kind: 'status', status: 503 }) as const));
    const { delivery } = startTestDelivery(store.client(), {
      settings: { in_flight: '32MB', batch: '1KB', concurrency: 2, linger: '10ms' },
    });
    let accepted = false;
    const accept = delivery.accept(chunkOf(many('document', 200)).processed).then(() => {
      accepted = true;
    });
    while (store.requests.length < 5) await new Promise(setImmediate);
    assert.equal(accepted, false);
    assert.ok(delivery.status().inFlight.bytes > 0);
    const drained = delivery.drain();
    await delivery.close();
    await accept;
    assert.equal(await drained, false);
  });

  it('takes an answer that is not JSON, or has other items than were sent, for a lost one', async () => {
    store.bulkFaults.push({ kind: 'status', status: 200, body: '{"errors":true,"items":[]}' });
    store.bulkFaults.push({ kind: 'garbage', taken: true, rollover: true });
    const { delivery, messages } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many('document', 5));
    await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.ids(STREAM).length, 5);
    assert.equal(settled(tallies[0]!).lines, 5);
    assert.ok(messages.some(({ reason }) => reason === 'unreadable_answer'));
    await delivery.close();
  });
});
