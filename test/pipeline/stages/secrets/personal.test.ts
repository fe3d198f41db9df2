import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonValue } from '../../../../src/model/event.ts';
import { present, runnerOf } from '../../stage-context.ts';

function redacted(kind: string, message: JsonValue): JsonValue | undefined {
  return present(runnerOf('redact-secrets', { kinds: [kind], replacement: '#' })({ message }))['message'];
}

/** Test numbers that the networks publish. */
const CARDS = [
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
  '6200000000000005',
];

describe('card numbers', () => {
  test('go, of every network, alone and in groups', () => {
    for (const card of CARDS) assert.equal(redacted('cards', `pan=${card}, paid`), 'pan=#, paid', card);
    for (const text of ['4111 1111 1111 1111', '4111-1111-1111-1111', '3782 822463 10005', '3056-930902-5904']) {
      assert.equal(redacted('cards', `(${text}).`), '(#).');
    }
  });

  test('stay where the check digit or the network is wrong, or they are part of something longer', () => {
    for (const text of [
      '4111111111111112',
      '1111111111111117',
      '4111-1111 1111-1111',
      'a4111111111111111',
      '41111111111111110000',
      '0.4111111111111111',
      '1700000000000',
      '1700000000000000000',
      '2026-11-21 10:00:00',
    ]) {
      assert.equal(redacted('cards', text), text);
    }
  });

  test('go where they are numbers, in objects and lists too, but not in fields that ECS has as numbers', () => {
    const run = runnerOf('redact-secrets', { kinds: ['cards'], replacement: '#' });
    const event = {
      'shop.pan': 4111111111111111,
      'shop.all': [{ pan: 4111111111111111, n: 7 }],
      'source.bytes': 4111111111111111,
    };
    assert.deepEqual(present(run(event)), {
      'shop.pan': '#',
      'shop.all': [{ pan: '#', n: 7 }],
      'source.bytes': 4111111111111111,
    });
  });

  test('with one digit changed are no card numbers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CARDS), fc.nat(12), fc.integer({ min: 1, max: 9 }), (card, at, by) => {
        const digit = (Number(card[at]) + by) % 10;
        const changed = `${card.slice(0, at)}${digit}${card.slice(at + 1)}`;
        assert.equal(redacted('cards', changed), changed);
      }),
    );
  });
});

describe('e-mail addresses', () => {
  test('go, and what stands around them stays', () => {
    for (const [from, to] of [
      ['to=<ada@example.org>, from bob+x@mail.example.co.uk.', 'to=<#>, from #.'],
      ["mailto:o'hara_1@sub-1.example", 'mailto:#'],
      ['jürgen@müller.example says', '# says'],
      ['{"mail":"a.b@c.de"}', '{"mail":"#"}'],
    ]) {
      assert.equal(redacted('emails', from!), to);
    }
  });

  test('are not seen where there are none', () => {
    for (const text of ['user@host', '@decorator', 'a@b', 'git@github:x', 'x @ y.z', 'npm i react@19.10']) {
      assert.equal(redacted('emails', text), text);
    }
  });
});

describe('account numbers', () => {
  test('go, in groups and without, and what follows stays', () => {
    for (const [from, to] of [
      ['DE89370400440532013000', '#'],
      ['from GB82 WEST 1234 5698 7654 32 TO X', 'from # TO X'],
      ['iban:FR1420041010050500013M02606;', 'iban:#;'],
      ['NO9386011117947', '#'],
      ['DE89 3704 0044 0532 0130 00 SENT', '# SENT'],
    ]) {
      assert.equal(redacted('ibans', from!), to);
    }
  });

  test('stay where the check digits or the country are wrong', () => {
    for (const text of [
      'DE88370400440532013000',
      'ZZ89370400440532013000',
      'xDE89370400440532013000',
      'AB12CDEF34GH',
    ]) {
      assert.equal(redacted('ibans', text), text);
    }
  });
});

test('only what was asked for goes', () => {
  const message = 'password=hunter2 4111111111111111 ada@example.org DE89370400440532013000';
  assert.equal(redacted('secrets', message), 'password=# 4111111111111111 ada@example.org DE89370400440532013000');
  assert.equal(redacted('cards', message), 'password=hunter2 # ada@example.org DE89370400440532013000');
  assert.equal(present(runnerOf('redact-secrets', { kinds: ['cards'] })({ 'x.password': 'y' }))['x.password'], 'y');
});

test('any text is read in time that its length bounds, twice is as once', () => {
  const kinds = ['cards', 'emails', 'ibans'];
  const run = runnerOf('redact-secrets', { kinds });
  const pieces = ['1', '1 ', '1111 ', 'a@', 'a.', '@a.', 'DE89 ', 'AB12', '4111-'];
  for (const piece of pieces) {
    const began = process.cpuUsage().user;
    run({ message: `${piece.repeat(100_000)}@` });
    assert.ok(process.cpuUsage().user - began < 8_000_000, piece);
  }
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...CARDS, ...pieces, 'DE89370400440532013000', 'a@b.example', ' '), { maxLength: 8 }),
      (parts) => {
        const once = present(run({ message: parts.join('') }))['message']!;
        assert.equal(present(run({ message: once }))['message'], once);
      },
    ),
  );
});
