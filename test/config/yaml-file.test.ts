import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Static, Type } from 'typebox';
import { ConfigSchema } from '../../src/config/schema.ts';
import { checkYamlFile, checkYamlText } from '../../src/config/yaml-file.ts';

const check = (text: string, environment: Record<string, string> = {}) =>
  checkYamlText(text, 'a.yaml', ConfigSchema, { environment });
/** `${NAME}` as it stands in a file. */
const from = (name: string) => `\${${name}}`;
const messages = (text: string, environment: Record<string, string> = {}) =>
  check(text, environment).faults.map(({ message }) => message);

test('defaults are filled in at every depth', () => {
  const { value, faults } = check('inputs: [{ name: app, files: [/tmp/x] }]');
  assert.deepEqual(faults, []);
  assert.equal(value?.http.port, 4600);
  assert.equal(value?.log.rotate.size, '10MB');
  assert.equal(value?.inputs[0]?.max_line_bytes, '1MB');
  assert.deepEqual(value?.store, { embedded: { memory_limit: '512MB', threads: 2 } });
});

test('an empty file is all defaults', () => {
  assert.equal(check('').value?.data, './data');
});

test('a misspelt key is named with its place and the nearest known key', () => {
  const [fault] = check('inputs:\n  - name: app\n    files: [/tmp/x]\n    pipelin: json\n').faults;
  assert.equal(fault?.code, 'CONFIG_UNKNOWN_KEY');
  assert.deepEqual(fault?.where, { file: 'a.yaml', line: 4, column: 5, key: 'inputs[0].pipelin' });
  assert.equal(fault?.help, 'did you mean "pipeline"?');
});

test('a choice that is none is answered with the choices, once', () => {
  assert.deepEqual(messages('inputs:\n  - name: app\n    start: middle\n'), [
    'a.yaml:3:12: inputs[0].start must be one of beginning, end',
  ]);
});

test('a value that may be text or a mapping is explained in the form that was meant', () => {
  assert.deepEqual(messages('http: { tokens: [{ flie: x }] }').toSorted(), [
    'a.yaml:1:18: http.tokens[0].file is required',
    'a.yaml:1:20: http.tokens[0].flie: unknown key "flie"',
  ]);
  assert.deepEqual(messages('http: { tokens: [3] }'), ['a.yaml:1:18: http.tokens[0] must be text or a mapping']);
});

test('all faults of a file are reported together', () => {
  const text = 'http: { port: 70000 }\ndelivery: { batch: 4 }\nstore: {}\nlog: { level: loud }\n';
  assert.deepEqual(messages(text), [
    'a.yaml:1:15: http.port must be <= 65535',
    'a.yaml:3:1: store must have exactly one of embedded, elasticsearch',
    'a.yaml:2:20: delivery.batch must be text',
    'a.yaml:4:15: log.level must be one of trace, debug, info, warn, error, fatal',
  ]);
});

test('sizes and durations are explained by an example', () => {
  assert.deepEqual(messages('delivery: { linger: soon, batch: 4 MB }'), [
    'a.yaml:1:34: delivery.batch must be a size such as 64KB or 10MB',
    'a.yaml:1:21: delivery.linger must be a duration such as 30s, 5m or 7d',
  ]);
});

test('a variable that is not set, a key written twice and other faults are reported together', () => {
  const text = `data: ${from('NOWHERE')}\nnamespace: a\nnamespace: b\nhttp: { port: ${from('PORT')}, prt: 1 }\n`;
  assert.deepEqual(messages(text), [
    'a.yaml:3:1: not valid YAML: Map keys must be unique',
    'a.yaml:1:7: data: environment variable NOWHERE is not set',
    'a.yaml:4:15: http.port: environment variable PORT is not set',
    'a.yaml:4:24: http.prt: unknown key "prt"',
  ]);
});

test('what is left of a faulty value can be looked at further, each part at its own place', () => {
  const { value, usable, locate } = check(
    'inputs:\n  - { nam: a }\n  - { name: b, start: middle, files: [1, /b] }\n  - { name: c }\nlog: 3\n',
  );
  assert.equal(value, undefined);
  assert.deepEqual(
    usable?.inputs.map(({ name, start, files }) => [name, start, files]),
    [
      ['b', 'beginning', ['/b']],
      ['c', 'beginning', undefined],
    ],
  );
  assert.equal(usable?.log.level, 'info');
  assert.deepEqual(locate(['inputs', 0, 'files', 0]), {
    file: 'a.yaml',
    line: 3,
    column: 42,
    key: 'inputs[1].files[1]',
  });
  assert.equal(locate(['inputs', 1, 'name']).line, 4);
});

test('broken YAML is named by line and column', () => {
  const [fault] = check('http:\n  port: [1\n').faults;
  assert.equal(fault?.code, 'CONFIG_SYNTAX');
  assert.equal(fault?.where.line, 3);
});

test('a key written twice is a fault', () => {
  assert.match(messages('data: a\ndata: b\n')[0] ?? '', /unique/);
});

test('environment variables are put in, also inside braces, and numbers become numbers', () => {
  const text = `http: { port: ${from('PORT:-4600')}, tokens: [${from('TOKEN')}] }\nnamespace: ${from('NS:-prod')}\n`;
  const { value, faults } = check(text, { PORT: '5000', TOKEN: '12345' });
  assert.deepEqual(faults, []);
  assert.equal(value?.http.port, 5000);
  assert.deepEqual(value?.http.tokens, ['12345']);
  assert.equal(value?.namespace, 'prod');
});

test('what comes from the environment is never read as YAML or substituted again', () => {
  const { value } = check(`host: { name: "${from('NAME')}" }`, { NAME: `a: [1, ${from('OTHER')}] # x`, OTHER: 'y' });
  assert.equal(value?.host.name, `a: [1, ${from('OTHER')}] # x`);
});

test('a doubled dollar keeps the text as written', () => {
  assert.equal(check(`host: { name: "$${from('NAME')}" }`).value?.host.name, from('NAME'));
});

test('a variable that is not set is a fault at its place, with a way out', () => {
  const [fault] = check(`data: x\nhttp:\n  tokens:\n    - ${from('TOKEN')}\n`).faults;
  assert.equal(fault?.code, 'CONFIG_ENV_MISSING');
  assert.deepEqual(fault?.where, { file: 'a.yaml', line: 4, column: 7, key: 'http.tokens[0]' });
  assert.match(fault?.help ?? '', /\$\{TOKEN:-value\}/);
});

test('other people’s text keeps its references when substitution is off', () => {
  const schema = Type.Object({ in: Type.String() });
  const checked = checkYamlText(`in: "GET /${from('HOME')}"`, 'p.yaml', schema, { environment: false });
  const value: Static<typeof schema> | undefined = checked.value;
  assert.equal(value?.in, `GET /${from('HOME')}`);
});

test('a later fault finds its place through locate', () => {
  const { locate } = check('inputs:\n  - name: app\n    files:\n      - /a\n      - /b\n');
  assert.deepEqual(locate(['inputs', 0, 'files', 1]), {
    file: 'a.yaml',
    line: 5,
    column: 9,
    key: 'inputs[0].files[1]',
  });
  assert.deepEqual(locate(['inputs', 0, 'dataset']), { file: 'a.yaml', line: 2, column: 5, key: 'inputs[0].dataset' });
});

test('of several kinds only the one that was meant is explained', () => {
  const kind = (name: string, key: string) =>
    Type.Object({ kind: Type.Literal(name), [key]: Type.Number() }, { additionalProperties: false });
  const schema = Type.Union([kind('threshold', 'count'), kind('ratio', 'min_events')]);
  const of = (text: string) => checkYamlText(text, 'r.yaml', schema).faults.map(({ message, help }) => [message, help]);
  assert.deepEqual(of('{ kind: ratio, min_event: 3, min_events: 1 }'), [
    ['r.yaml:1:16: unknown key "min_event"', 'did you mean "min_events"?'],
  ]);
  assert.equal(of('{ kind: ration }')[0]?.[0], 'r.yaml:1:9: kind must be one of threshold, ratio');
});

test('a file that is not there and a folder are faults, not crashes', async () => {
  const missing = await checkYamlFile('/nonexistent/logmill.yaml', ConfigSchema);
  assert.equal(missing.faults[0]?.code, 'CONFIG_NOT_FOUND');
  const folder = await checkYamlFile(import.meta.dirname, ConfigSchema);
  assert.equal(folder.faults[0]?.code, 'CONFIG_UNREADABLE');
});

test('a file of endless aliases is refused', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
  for (let n = 1; n < 9; n++)
    lines.push(
      `a${n}: &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(',')}]`,
    );
  assert.equal(check(lines.join('\n')).faults[0]?.code, 'CONFIG_SYNTAX');
});
