import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a crawler is named with its device', () => {
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const event = present(runnerOf('enrich-user-agent')({ 'user_agent.original': agent }));
  assert.equal(event['user_agent.name'], 'Googlebot');
  assert.equal(event['user_agent.version'], '2.1');
  assert.equal(event['user_agent.device.name'], 'Spider');
});

test('a text no pattern knows is another agent on another device, and a very long one is looked at only in part', () => {
  const run = runnerOf('enrich-user-agent');
  assert.deepEqual(present(run({ 'user_agent.original': 'zzz' })), {
    'user_agent.original': 'zzz',
    'user_agent.name': 'Other',
    'user_agent.device.name': 'Other',
  });
  const long = `${'x'.repeat(600)} Firefox/100.0`;
  assert.equal(present(run({ 'user_agent.original': long }))['user_agent.name'], 'Other');
});
