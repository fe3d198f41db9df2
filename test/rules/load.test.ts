import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkRules, checkRuleText } from '../../src/rules/load.ts';

const GOOD = { kind: 'threshold', name: 'a', when: '> 5' };

function faultsOf(text: string): string[] {
  return checkRuleText(text, 'rules/a.yaml').faults.map(({ message, help }) => `${message} | ${help}`);
}

describe('a rule file', () => {
  it('that is shipped has no fault', async () => {
    const files = globSync(new URL('../../config/rules/*.yaml', import.meta.url).pathname);
    const { rules, faults } = await checkRules(files);
    assert.deepEqual(
      faults.map(({ message }) => message),
      [],
    );
    assert.deepEqual(rules.map(({ name }) => name).sort(), [
      'error-group-burst',
      'error-rate',
      'failed-logins',
      'slow-responses',
      'web-attack-probes',
    ]);
  });

  it('with bad KQL is named with file, line and the column of the fault', () => {
    const { faults } = checkRuleText('name: a\nkind: threshold\nquery: "log.level: ("\nwhen: "> 5"\n', 'rules/a.yaml');
    assert.equal(faults.length, 1);
    assert.deepEqual(faults[0]!.where, { file: 'rules/a.yaml', line: 3, column: 21, key: 'query' });
    assert.match(faults[0]!.message, /^rules\/a\.yaml:3:21: query is no valid KQL: expected /);
  });

  it('has every fault named at once, each with its line and its page', () => {
    const text = [
      'name: A rule',
      'kind: ratio',
      'match: "log.level: ("',
      'query: "a: ("',
      'when: "> 5"',
      'recover_when: "soon"',
      'interval: 500ms',
      'window: 5 minutes',
      'summary: "{{ grup }} is bad"',
      'min_event: 3',
    ].join('\n');
    assert.deepEqual(
      faultsOf(text)
        .map((fault) => fault.split('\n')[0]!.replace(/ \|.*|: column .*/, ''))
        .toSorted(),
      [
        'rules/a.yaml:10:1: unknown key "min_event"',
        'rules/a.yaml:1:7: name must match pattern "^[a-z0-9][a-z0-9_.-]*$"',
        'rules/a.yaml:3:21: match is no valid KQL: expected "(", "not" or a field or value, found the end',
        'rules/a.yaml:4:13: query is no valid KQL: expected "(", "not" or a field or value, found the end',
        'rules/a.yaml:5:7: when needs a percentage such as "> 5%"',
        'rules/a.yaml:6:15: recover_when must be a comparison such as "> 5%"',
        'rules/a.yaml:7:11: interval must be a whole number of seconds, at least 1s',
        'rules/a.yaml:8:9: window must be a duration such as 30s, 5m or 7d',
        'rules/a.yaml:9:10: summary names {{ grup }}: did you mean "group"?',
      ],
    );
    assert.ok(!faultsOf(text).some((fault) => fault.includes('configuration.md')));
  });

  it('of no known kind, or with a key of its kind missing, has its other keys looked at', () => {
    const named = (text: string) => faultsOf(text).map((fault) => fault.replace(/ \|.*/s, ''));
    assert.deepEqual(named('kind: treshold\nwhen: 5\nsummary: "{{ grup }}"'), [
      'rules/a.yaml:1:7: kind: no rule kind "treshold"',
      'rules/a.yaml:1:1: name is required',
      'rules/a.yaml:2:7: when must be text',
      'rules/a.yaml:3:10: summary names {{ grup }}: did you mean "group"?',
    ]);
    assert.deepEqual(named('name: a\nkind: metric\nmeasure: max\nwhen: "> 1s"\nwindow: 100ms'), [
      'rules/a.yaml:1:1: field is required',
      'rules/a.yaml:5:9: window must be at least 1s',
    ]);
  });

  it('with an unknown kind is told the nearest one', () => {
    const [fault] = faultsOf('name: a\nkind: treshold\nwhen: "> 5"');
    assert.match(fault!, /^rules\/a\.yaml:2:7.*no rule kind "treshold" \| .*threshold/);
  });

  it('with a misspelt key is told the nearest one', () => {
    const [fault] = faultsOf('name: a\nkind: ratio\nmatch: "a: 1"\nwhen: "> 5%"\nmin_event: 3');
    assert.match(fault!, /^rules\/a\.yaml:5:1.*unknown key "min_event" \| .*min_events/);
  });

  it('with an unknown placeholder is told the nearest one', () => {
    const [fault] = faultsOf(JSON.stringify({ ...GOOD, summary: '{{ grup }} is bad' }));
    assert.match(fault!, /summary names \{\{ grup \}\}.*group/);
  });

  it('with times that make no sense is refused', () => {
    assert.match(
      faultsOf(JSON.stringify({ ...GOOD, interval: '500ms' }))[0]!,
      /interval must be a whole number of seconds/,
    );
    assert.match(faultsOf(JSON.stringify({ ...GOOD, window: '5 minutes' }))[0]!, /window must be a duration/);
    assert.match(
      faultsOf(JSON.stringify({ ...GOOD, query: 'event.created > now-1h' }))[0]!,
      /query is no valid KQL: .*now/,
    );
  });

  it('that defines a name again is refused, and both files are named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logmill-rules-'));
    const files = ['one.yaml', 'two.yaml'].map((name) => join(folder, name));
    for (const file of files) await writeFile(file, JSON.stringify(GOOD));
    const { rules, faults } = await checkRules(files);
    assert.equal(rules.length, 1);
    assert.match(faults[0]!.message, /two\.yaml:1:\d+: name: rule "a" is also defined in .*one\.yaml/);
  });

  it('that is missing or no YAML is a fault, not a crash', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logmill-rules-'));
    await writeFile(join(folder, 'broken.yaml'), 'name: [');
    const { faults } = await checkRules([join(folder, 'none.yaml'), join(folder, 'broken.yaml')]);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['CONFIG_NOT_FOUND', 'CONFIG_SYNTAX'],
    );
  });
});

describe('the hash of a rule', () => {
  const hash = (keys: object) => checkRuleText(JSON.stringify(keys), 'a.yaml').rule!.uuid;

  it('does not depend on the order of keys, on defaults written out, or on texts', () => {
    assert.equal(
      hash(GOOD),
      hash({ when: '> 5', name: 'a', kind: 'threshold', window: '5m', summary: 'bad', author: 'ann' }),
    );
  });

  it('changes with what the rule finds', () => {
    assert.notEqual(hash(GOOD), hash({ ...GOOD, when: '> 6' }));
    assert.notEqual(hash(GOOD), hash({ ...GOOD, query: 'a: 1' }));
  });
});
