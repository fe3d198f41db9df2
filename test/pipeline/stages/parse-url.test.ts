import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { present, runnerOf } from '../stage-context.ts';

const read = (text: string) => {
  const event = present(runnerOf('parse-url', { field: 'x' })({ x: text }));
  return Object.fromEntries(
    Object.entries(event).flatMap(([key, value]) => (key === 'x' ? [] : [[key.slice(4), value]])),
  );
};

describe('URLs', () => {
  const cases: Record<string, object> = {
    '/a/b?c=d?e#f#g': { path: '/a/b', query: 'c=d?e', fragment: 'f#g' },
    '/.hidden/a.b/c': { path: '/.hidden/a.b/c' },
    '/a/.env': { path: '/a/.env' },
    '//cdn.example.com/x.JS': {
      domain: 'cdn.example.com',
      top_level_domain: 'com',
      registered_domain: 'example.com',
      subdomain: 'cdn',
      path: '/x.JS',
      extension: 'JS',
    },
    'HTTP://localhost': { scheme: 'http', domain: 'localhost' },
    'ftp://10.0.0.7:21/a': { scheme: 'ftp', domain: '10.0.0.7', port: 21, path: '/a' },
    'http://[::1]:80?a': { scheme: 'http', domain: '[::1]', port: 80, query: 'a' },
    'http://a.b.svc/': { scheme: 'http', domain: 'a.b.svc', path: '/' },
    'http://co.uk/': { scheme: 'http', domain: 'co.uk', path: '/' },
    'https://xn--bcher-kva.example.org.': {
      scheme: 'https',
      domain: 'xn--bcher-kva.example.org.',
      top_level_domain: 'org',
      registered_domain: 'example.org',
      subdomain: 'xn--bcher-kva',
    },
    'example.com:443': { domain: 'example.com', port: 443, top_level_domain: 'com', registered_domain: 'example.com' },
    'mailto:bob@example.com': { scheme: 'mailto', path: 'bob@example.com' },
    'http://host:99999/': { scheme: 'http', domain: 'host', path: '/' },
    'http://host:/a': { scheme: 'http', domain: 'host', path: '/a' },
    'http://[::1]:/a': { scheme: 'http', domain: '[::1]', path: '/a' },
    'http://:x@h/': { scheme: 'http', domain: 'h', path: '/' },
  };
  for (const [text, parts] of Object.entries(cases)) test(text, () => assert.deepEqual(read(text), parts));

  for (const text of ['', 'a b', 'word', '*', '\\x16\\x03', 'http://a:b:c/', 'x:']) {
    test(`${JSON.stringify(text)} is none and passes`, () => assert.deepEqual(read(text), {}));
  }
});

test('a password is in no field', () => {
  assert.ok(!JSON.stringify(read('https://bob:hunter2@example.com/')).includes('hunter2'));
});

test('path, query and fragment put together are what was sent', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9._~%/&=-]{0,20}$/);
  fc.assert(
    fc.property(word, word, word, (path, query, fragment) => {
      const text = `https://example.com/${path}?${query}#${fragment}`;
      const { path: p, query: q, fragment: f } = read(text) as Record<string, string>;
      assert.equal(`https://example.com${p}?${q}#${f}`, text);
    }),
  );
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-url');
  const part = fc.oneof(fc.string(), fc.constantFrom('://', '/', '[', ']', ':', '@', '?', '#', '.', 'http'));
  fc.assert(fc.property(fc.array(part), (parts) => void run({ 'url.original': parts.join('') })));
});
