import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (text: string, options: object = {}) => runnerOf('parse-xml', options)({ message: text });

describe('loggers that write XML', () => {
  test('java.util.logging, with a declaration before it and line ends inside', () => {
    const event = read(
      '<?xml version="1.0" encoding="UTF-8"?>\n<record>\n  <date>2026-11-21T10:00:00Z</date>\n  <millis>1795255200000</millis>\n  <sequence>7</sequence>\n  <logger>shop</logger>\n  <level>SEVERE</level>\n  <class>Shop</class>\n  <method>pay</method>\n  <thread>1</thread>\n  <message>it failed &amp; stopped</message>\n</record>',
      { values: 'auto' },
    );
    const { '@timestamp': at, message, 'log.level': level, 'example.log.sequence': sequence } = event as Event;
    assert.deepEqual([at, message, level, sequence], ['2026-11-21T10:00:00.000Z', 'it failed & stopped', 'error', 7]);
  });

  test('a time that is none rejects the line', () => {
    const result = read('<e time="soon"/>');
    assert.ok(result instanceof Rejected && result.reason === 'invalid_time');
  });
});

describe('an event of Windows', () => {
  const event = (data: string, more = '') =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625}'/><EventID Qualifiers='0'>4624</EventID><Level>0</Level><TimeCreated SystemTime='2026-11-21T10:00:00.123456700Z'/><EventRecordID>7</EventRecordID><Execution ProcessID='640' ThreadID='700'/><Channel>Security</Channel><Computer>dc-1</Computer><Security/></System><EventData>${data}</EventData>${more}</Event>`;

  test('has the fields that its JSON has', () => {
    const fields = present(
      read(event("<Data Name='TargetUserName'>bob</Data><Data Name='LogonType'>2</Data>"), { mode: 'windows' }),
    );
    const wanted = {
      '@timestamp': '2026-11-21T10:00:00.123Z',
      'event.code': '4624',
      'event.provider': 'Microsoft-Windows-Security-Auditing',
      'host.name': 'dc-1',
      'process.pid': 640,
      'example.log.channel': 'Security',
      'example.log.event_data.TargetUserName': 'bob',
      'example.log.event_data.LogonType': '2',
    };
    for (const [field, value] of Object.entries(wanted)) assert.equal(fields[field], value, field);
  });

  test('may have one value only, values without names, and the text that a person is shown', () => {
    const one = present(read(event("<Data Name='a'>x</Data>"), { mode: 'windows' }));
    assert.equal(one['example.log.event_data.a'], 'x');
    const text = present(
      read(event('<Data>x</Data>', '<RenderingInfo><Message>It stopped.</Message></RenderingInfo>'), {
        mode: 'windows',
      }),
    );
    assert.deepEqual([text['example.log.event_data.Data'], text['message']], ['x', 'It stopped.']);
  });
});

test('what is not one element, or may grow, is rejected', () => {
  for (const text of [
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>x',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`,
  ]) {
    assert.ok(read(text) instanceof Rejected, text.slice(0, 40));
  }
});

test('a text may hold a page with a document type of its own', () => {
  const page = '<!DOCTYPE html><p>&x;</p>';
  const fields = present(read(`<e><message><![CDATA[${page}]]></message><!-- <!ENTITY y "z"> --></e>`));
  assert.equal(fields['message'], page);
  for (const hidden of ['<e a="<![CDATA["', "<e a='<!--'", '<e><!-- <![CDATA[ --></e']) {
    const text = `${hidden}><!DOCTYPE e [<!ENTITY x "y">]><b>&x;</b></e><!-- ]]> -->`;
    assert.ok(!JSON.stringify(read(text)).includes('"y"'), text);
  }
});

test('no value is lost: attributes and elements of one name become a list', () => {
  assert.deepEqual(present(read('<r a="1" x:b="2" xmlns:x="u"><a>3</a><b/>text</r>', { mode: 'own', target: 'k' })), {
    message: '<r a="1" x:b="2" xmlns:x="u"><a>3</a><b/>text</r>',
    'k.a': ['1', '3'],
    'k.b': ['2', ''],
    'k.text': 'text',
    'k.root': 'r',
  });
});

test('texts and attributes are read back as they were written', () => {
  const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const text = fc.stringMatching(/^[ -~é]{1,30}$/).filter((value) => value.trim() === value);
  fc.assert(
    fc.property(text, text, (one, two) => {
      const fields = present(read(`<r a="${escaped(one)}"><b>${escaped(two)}</b></r>`, { mode: 'own', target: 'k' }));
      assert.deepEqual([fields['k.a'], fields['k.b']], [one, two]);
    }),
  );
});

test('no text makes it throw, and a long hostile one takes time in proportion', () => {
  const run = runnerOf('parse-xml');
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('<a>', '</a>', '<', '>', '&amp;', '&#0;', '<![CDATA[', ']]>', 'a="b"', '<?', '?>'),
  );
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: parts.join('') })));
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: `<a>${parts.join('')}</a>` })));
  for (const hostile of ['<a>', '<a/>', '&amp;', '&#38;', '<a b="c"/>', '<!--', '<![CDATA[', ' ', '<']) {
    run({ message: `<r>${hostile.repeat(20_000)}</r>` });
  }
});

test('names that objects of JavaScript have mean nothing else than others', () => {
  const text =
    '<r constructor="1" __proto__="2" x="3"><toString>4</toString><prototype><hasOwnProperty>5</hasOwnProperty></prototype></r>';
  assert.deepEqual(present(read(text, { mode: 'own', target: 'k' })), {
    message: text,
    'k.constructor': '1',
    'k.__proto__': '2',
    'k.x': '3',
    'k.toString': '4',
    'k.prototype.hasOwnProperty': '5',
    'k.root': 'r',
  });
  assert.equal(present(read('<constructor>x</constructor>', { mode: 'own', target: 'k' }))['k.root'], 'constructor');
});
