import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const any = runnerOf('parse-clf');
const TIME = '[17/May/2015:10:05:03 +0000]';

function read(message: string, run = any) {
  const result = run({ message });
  return result instanceof Rejected ? result : present(result);
}

test('each format refuses what it does not describe', () => {
  const common = `h - - ${TIME} "GET / HTTP/1.1" 200 5`;
  const combined = `${common} "-" "curl"`;
  const vhost = `a.example:80 ${combined}`;
  const accepts: Record<string, string[]> = {
    common: [common],
    combined: [combined],
    vhost_combined: [vhost],
    any: [common, combined, vhost],
  };
  for (const [format, lines] of Object.entries(accepts)) {
    const run = runnerOf('parse-clf', { format });
    for (const line of lines) assert.ok(!(read(line, run) instanceof Rejected), `${format}: ${line}`);
  }
  assert.ok(read(combined, runnerOf('parse-clf', { format: 'common' })) instanceof Rejected);
  assert.ok(read(common, runnerOf('parse-clf', { format: 'combined' })) instanceof Rejected);
});

test('requests that are none are kept under the product and their line is still a document', () => {
  for (const request of ['\\x16\\x03\\x01', 'hello', '\\"', 'GET']) {
    const event = read(`h - - ${TIME} "${request}" 400 0`);
    assert.ok(!(event instanceof Rejected), request);
    assert.equal(typeof event['example.log.request'], 'string', request);
    assert.equal(event['http.request.method'], undefined);
  }
  for (const request of ['-', '']) {
    const event = read(`h - - ${TIME} "${request}" 408 -`);
    assert.ok(!(event instanceof Rejected));
    assert.equal(event['example.log.request'], undefined);
  }
});

test('requests with blanks, without a version and with a whole URL are read', () => {
  const request = (text: string) => {
    const event = read(`h - - ${TIME} "${text}" 200 1`);
    assert.ok(!(event instanceof Rejected));
    return [event['http.request.method'], event['url.original'], event['url.path'], event['http.version']];
  };
  assert.deepEqual(request('GET /a b HTTP/1.0'), ['GET', '/a b', '/a b', '1.0']);
  assert.deepEqual(request('GET /old'), ['GET', '/old', '/old', undefined]);
  assert.deepEqual(request('CONNECT a:443 HTTP/1.1'), ['CONNECT', 'a:443', undefined, '1.1']);
  const proxied = read(`h - - ${TIME} "GET http://a.example:81/p?q=1#f HTTP/1.1" 200 1`);
  assert.ok(!(proxied instanceof Rejected));
  assert.equal(proxied['url.domain'], 'a.example');
  assert.equal(proxied['url.port'], 81);
  assert.deepEqual([proxied['url.path'], proxied['url.query'], proxied['url.fragment']], ['/p', 'q=1', 'f']);
});

test('a user name with blanks is taken whole', () => {
  const event = read(`10.0.0.1 ident john doe ${TIME} "GET / HTTP/1.1" 200 1`);
  assert.ok(!(event instanceof Rejected));
  assert.deepEqual([event['user.name'], event['example.log.identity']], ['john doe', 'ident']);
});

test('chains of proxies give their first public address', () => {
  const source = (addresses: string) => {
    const event = read(`${addresses} - - ${TIME} "GET / HTTP/1.1" 200 1 "-" "-"`);
    assert.ok(!(event instanceof Rejected), addresses);
    return event['source.ip'] ?? event['source.address'];
  };
  assert.equal(source('10.0.0.2, 10.0.0.1, 85.181.35.98'), '85.181.35.98');
  assert.equal(source('"10.5.102.222, 199.96.1.1, 204.246.1.1" 10.2.1.185'), '199.96.1.1');
  assert.equal(source('10.0.0.2, 127.0.0.1'), '10.0.0.2');
  assert.equal(source('unix:'), 'unix:');
});

test('whatever text comes, it is a document or a rejection, and never takes long', () => {
  const part = fc.constantFrom('"', '[', ']', ' ', '-', '\\', '\\x', '/', '10.0.0.1', TIME, '200', 'GET', ' "', '" ');
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 40 }), (parts) => {
      const result = any({ message: parts.join('') });
      assert.ok(result instanceof Rejected || typeof result === 'object');
    }),
  );
});

test('what a server escapes comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => text !== '-' && text !== ''),
      (agent) => {
        const escaped = [...Buffer.from(agent)]
          .map((byte) =>
            byte < 32 || byte > 126
              ? `\\x${byte.toString(16).padStart(2, '0')}`
              : String.fromCharCode(byte).replace(/["\\]/, '\\$&'),
          )
          .join('');
        const event = read(`h - - ${TIME} "GET / HTTP/1.1" 200 1 "-" "${escaped}"`);
        assert.ok(!(event instanceof Rejected));
        assert.equal(event['user_agent.original'], agent);
      },
    ),
  );
});

test('what it completes itself is what complete-ecs would have filled, or nothing', () => {
  const completing = runnerOf('parse-clf', { complete: true });
  const derived = (event: object) =>
    Object.fromEntries(
      Object.entries(event)
        .filter(([field]) => field.startsWith('related.'))
        .map(([field, value]) => [field, [value].flat()]),
    );
  const heads = ['10.0.0.1 - - ', '10.0.0.1 - bob ', 'shop.example:80 ::1 - - ', '10.0.0.9:80 ::1 - - ', 'pc1 - - '];
  const urls = ['/', '/a.png', '/v1.2/a', '/.env', '/a.tar.gz?b=1.c', 'http://shop.example/a.', '/a.b%20c', '*'];
  for (const head of heads) {
    for (const url of urls) {
      const line = `${head}${TIME} "GET ${url} HTTP/1.1" 200 5`;
      const own = derived(read(line, completing));
      const isPlain = head.startsWith('10.0.0.1 ') && !url.startsWith('http');
      assert.deepEqual(own, isPlain ? derived(runnerOf('complete-ecs')(present(any({ message: line })))) : {}, line);
    }
  }
});

test('the virtual host is the server, by name or by address', () => {
  const server = (head: string) => {
    const event = read(`${head} 10.0.0.1 - - ${TIME} "GET / HTTP/1.1" 200 5`);
    assert.ok(!(event instanceof Rejected));
    return [event['destination.domain'], event['destination.ip'], event['destination.port']];
  };
  assert.deepEqual(server('shop.example:443'), ['shop.example', undefined, 443]);
  assert.deepEqual(server('shop.example'), ['shop.example', undefined, undefined]);
  assert.deepEqual(server('10.0.0.9:80'), [undefined, '10.0.0.9', 80]);
  assert.deepEqual(server('[2001:db8::5]:443'), [undefined, '2001:db8::5', 443]);
});
