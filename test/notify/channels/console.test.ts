import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileTemplate } from '../../../src/model/template.ts';
import { consoleChannel } from '../../../src/notify/channels/console.ts';
import { notificationOf } from '../../../src/notify/texts.ts';
import { alertOf, resolvedOf } from '../alert.ts';

describe('console', () => {
  it('prints one line', async () => {
    const lines: string[] = [];
    const channel = consoleChannel.create({}, { print: (line) => lines.push(line) });
    await channel.send(notificationOf(alertOf(), compileTemplate('[{{ state }}] {{ summary }}')), AbortSignal.abort());
    assert.deepEqual(lines, ['2026-11-21T10:00:00.000Z ERROR [FIRING] 12 failed logins from 203.0.113.7 within 5m']);
  });

  it('shows an event that an alert is about, and none once it is over', async () => {
    const lines: string[] = [];
    const channel = consoleChannel.create({}, { print: (line) => lines.push(line) });
    const sample = 'Failed password for root\u001b[2J';
    const title = compileTemplate('{{ summary }}');
    for (const alert of [alertOf({ summary: 'a', sample }), resolvedOf({ summary: 'b', sample })])
      await channel.send(notificationOf(alert, title), AbortSignal.abort());
    assert.deepEqual(lines, [
      '2026-11-21T10:00:00.000Z ERROR a: Failed password for root [2J',
      '2026-11-21T10:10:00.000Z ERROR b',
    ]);
  });

  it('lets no value of an event move the cursor or fake another line', async () => {
    const lines: string[] = [];
    const channel = consoleChannel.create({}, { print: (line) => lines.push(line) });
    const alert = alertOf({ summary: 'a\u001b[2Jb\r\nFAKE\u009bx\u2028y' });
    await channel.send(notificationOf(alert, compileTemplate('{{ summary }}')), AbortSignal.abort());
    assert.deepEqual(lines, ['2026-11-21T10:00:00.000Z ERROR a [2Jb  FAKE x y']);
  });
});
