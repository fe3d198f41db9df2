import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quarantine } from '../../src/delivery/quarantine.ts';
import { closeDocument } from '../../src/model/document-writer.ts';
import { Rejected } from '../../src/model/rejected.ts';

function moveAside(document: object, ...fields: string[]) {
  let text: string | undefined = JSON.stringify(document);
  for (const field of fields) {
    const moved = quarantine(text, new Rejected('mapping', `cannot take ${field}`, field));
    if (moved === undefined) return undefined;
    text = closeDocument(moved.document, '2026-01-01T00:00:00.000Z');
  }
  return JSON.parse(text);
}

const EVENT = { dataset: 'x', ingested: '2020-01-01T00:00:00.000Z' };

describe('moving a refused field aside', () => {
  it('keeps the document, and the field as text with its reason', () => {
    assert.deepEqual(
      moveAside({ message: 'm', http: { status: { code: 'x' }, method: 'GET' }, event: EVENT }, 'http.status'),
      {
        message: 'm',
        http: { method: 'GET' },
        logmill: { quarantined: [{ field: 'http.status', reason: 'cannot take http.status', value: '{"code":"x"}' }] },
        event: { dataset: 'x', ingested: '2026-01-01T00:00:00.000Z' },
      },
    );
  });

  it('finds keys with dots in them, items of arrays and the field of a multi-field, and leaves no empty object', () => {
    assert.deepEqual(moveAside({ 'a.b': { c: 1 }, event: EVENT }, 'a.b.c').logmill.quarantined[0].value, '1');
    const listed = moveAside({ a: [{ b: 1, c: 2 }, { b: { d: 1 } }, 'x'], event: EVENT }, 'a.b');
    assert.deepEqual([listed.a, listed.logmill.quarantined[0].value], [[{ c: 2 }, {}, 'x'], '[1,{"d":1}]']);
    assert.equal(moveAside({ text: 'long', event: EVENT }, 'text.keyword').logmill.quarantined[0].value, 'long');
    assert.deepEqual(Object.keys(moveAside({ a: { b: { c: 1 } }, event: EVENT }, 'a.b.c')), ['logmill', 'event']);
  });

  it('keeps the digits of long numbers, moved or not', () => {
    const text = '{"id":12345678901234567890,"a":{"n":1.50},"event":{"dataset":"x"}}';
    const moved = quarantine(text, new Rejected('mapping', 'no', 'a'));
    assert.match(moved!.document, /"id":12345678901234567890,/);
    assert.match(moved!.document, /"value":"{\\"n\\":1.50}"/);
  });

  it('moves fields of the event object too, which never becomes empty', () => {
    const moved = moveAside({ message: 'm', event: { ...EVENT, kind: {} } }, 'event.kind', 'event.dataset');
    assert.deepEqual(moved.event, { kind: 'event', ingested: '2026-01-01T00:00:00.000Z' });
    assert.equal(moveAside({ event: EVENT }, 'event').logmill.quarantined[0].value, '{"dataset":"x"}');
  });

  it('gives up where the field must stay, is not there or not named, and after eight', () => {
    for (const field of ['@timestamp', 'logmill.quarantined', 'absent', 'message.a.b']) {
      assert.equal(moveAside({ '@timestamp': 't', message: 'm', event: EVENT }, field), undefined, field);
    }
    assert.equal(quarantine('{"event":{}}', new Rejected('mapping', 'no')), undefined);
    const fields = Array.from({ length: 9 }, (_, at) => `f${at}`);
    const document = { ...Object.fromEntries(fields.map((field) => [field, 1])), event: EVENT };
    assert.equal(moveAside(document, ...fields.slice(0, 8)).logmill.quarantined.length, 8);
    assert.equal(moveAside(document, ...fields), undefined);
  });

  it('loses nothing: what is moved and what stays are together what was there', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue(), { minKeys: 1 }), (fields) => {
        const { event: _, logmill: __, ...rest } = fields;
        const [field] = Object.keys(rest);
        if (field === undefined) return;
        const { logmill, event, ...kept } = moveAside({ ...rest, event: EVENT }, field);
        const value = logmill.quarantined[0].value;
        const back = typeof rest[field] === 'string' ? value : JSON.parse(value);
        assert.deepEqual({ ...kept, [field]: back }, JSON.parse(JSON.stringify(rest)));
        assert.equal(event.dataset, 'x');
      }),
    );
  });
});
