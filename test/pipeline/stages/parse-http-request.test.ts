import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-http-request', { field: 'r', url: 'u', host: 'h' });

test('a request to a proxy names host and port itself', () => {
  assert.deepEqual(present(run({ r: 'CONNECT shop.example:443 HTTP/1.1' })), {
    'http.request.method': 'CONNECT',
    'http.version': '1.1',
    'url.original': 'shop.example:443',
    'url.domain': 'shop.example',
    'url.port': 443,
  });
  assert.equal(present(run({ r: 'GET https://[2001:db8::1]:8443/x HTTP/2' }))['url.port'], 8443);
});

test('a request of HTTP/0.9 has no version', () => {
  const found = present(run({ r: 'GET /' }));
  assert.deepEqual(found, { 'http.request.method': 'GET', 'url.original': '/', 'url.path': '/' });
});

test('an address alone is taken apart, and a host alone', () => {
  const found = present(run({ u: '/a?b', h: '[::1]:80' }));
  assert.deepEqual(found, {
    'url.original': '/a?b',
    'url.path': '/a',
    'url.query': 'b',
    'url.domain': '[::1]',
    'url.port': 80,
  });
});

test('a dash is no value', () => assert.deepEqual(present(run({ r: '-', u: '-', h: '-' })), {}));
