import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { ServerOptions } from '../../src/api/options.ts';
import type { Store } from '../../src/store/client.ts';
import { absentStore, ledgerEntry, openTestStore, testServer } from '../api/test-server.ts';

suite('A page without events', () => {
  let empty: Store;
  before(async () => {
    empty = await openTestStore();
  });
  after(() => empty.close());

  test('says how to have some read', async () => {
    const { status, text } = await ask(empty, { agent: { files: () => [] } });
    assert.equal(status, 200);
    assert.match(text, /no file is being read\. Name some under inputs in the configuration, or try npm run demo/);
    assert.match(text, /Nothing is firing\. no event yet/);
  });

  test('says that files are being read when they are', async () => {
    const { text } = await ask(empty, { agent: { files: () => [ledgerEntry('/var/log/quiet.log', 0)] } });
    assert.match(text, /No events yet: 1 file is being read, and no line has come through so far/);
    assert.match(text, /\/var\/log\/quiet\.log/);
  });

  test('says in a process that only serves where events would come from', async () => {
    const { text } = await ask(empty);
    assert.match(text, /start logmill agent on the machines whose logs you want/);
    assert.match(text, /This process reads no files; it only serves/);
  });
});

test('A page whose store does not answer says so, with what to check, and shows no empty panels', async () => {
  const store = absentStore();
  const { status, text } = await ask(store);
  assert.equal(status, 503);
  assert.match(text, /http:\/\/127\.0\.0\.1:9 does not answer.*Check that it runs/);
  assert.match(text, /Alerts could not be read/);
  assert.doesNotMatch(text, /Over time|Lines|Services/);
  await store.close();
});

test('An action on an alert that is not there answers with a page that leads back', async () => {
  const store = await openTestStore();
  const server = testServer(store);
  const { statusCode, body } = await server.inject({
    method: 'POST',
    url: '/alerts/none/resolve',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'return=/',
  });
  assert.equal(statusCode, 404);
  assert.match(body, /That did not work.*href="\/"/s);
  await server.close();
  await store.close();
});

async function ask(store: Store, change: Partial<ServerOptions> = {}): Promise<{ status: number; text: string }> {
  const server = testServer(store, change);
  const { statusCode, body } = await server.inject('/');
  await server.close();
  const main = body.slice(body.indexOf('<main>'), body.indexOf('</main>'));
  return { status: statusCode, text: main.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ') };
}
