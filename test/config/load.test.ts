import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { checkConfig, findConfig, loadConfig } from '../../src/config/load.ts';
import { readSecret } from '../../src/config/secret.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'logmill-config-'));
after(() => rmSync(folder, { recursive: true }));
const shipped = path.join(import.meta.dirname, '..', '..', 'config', 'logmill.yaml');

/** Writes a configuration and returns its path. */
function file(text: string, name = 'logmill.yaml'): string {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
}

/** What `check` says about a text, without the folder. */
async function faultsOf(text: string): Promise<string[]> {
  const { faults } = await checkConfig(file(text), {}, { environment: {} });
  return faults.map(({ message }) => message.replaceAll(`${folder}/`, ''));
}

test('relative paths count from the folder of the file', async () => {
  writeFileSync(path.join(folder, 'n.yaml'), '');
  mkdirSync(path.join(folder, 'r'));
  writeFileSync(path.join(folder, 'r/a.yaml'), '');
  const at = file(
    'data: ./d\nnotify: n.yaml\nrules: [r/*.yaml]\ninputs: [{ name: a, files: [logs/*.log], exclude: ["*.gz"] }]',
  );
  const { config } = await loadConfig(at);
  assert.equal(config.data, path.join(folder, 'd'));
  assert.equal(config.notify, path.join(folder, 'n.yaml'));
  assert.deepEqual(config.rules, [path.join(folder, 'r/*.yaml')]);
  assert.deepEqual(config.inputs[0]?.files, [path.join(folder, 'logs/*.log')]);
  assert.deepEqual(config.inputs[0]?.exclude, ['**/*.gz']);
});

test('the file is the one named, else logmill.yaml, else config/logmill.yaml', () => {
  assert.equal(findConfig('other.yaml', folder), path.join(folder, 'other.yaml'));
  file('');
  assert.equal(findConfig(undefined, folder), path.join(folder, 'logmill.yaml'));
  assert.equal(findConfig(undefined, path.join(import.meta.dirname, '..', '..')), shipped);
  assert.throws(() => findConfig(undefined, '/nonexistent'), { code: 'CONFIG_NOT_FOUND' });
});

test('loading throws the first fault with its place', async () => {
  await assert.rejects(loadConfig(file('dta: x')), { code: 'CONFIG_UNKNOWN_KEY', help: 'did you mean "data"?' });
});

test('the shipped configuration is sound and keeps its data in the checkout', async () => {
  const { value, faults } = await checkConfig(shipped);
  assert.deepEqual(faults, []);
  assert.equal(value?.data, path.join(path.dirname(shipped), '..', 'data'));
});

test('another data folder takes logmill’s own log along; other inputs stay', async () => {
  const at = file('data: ./d\ninputs: [{ name: a, files: [d/logs/logmill.log*] }, { name: b, files: [/var/log/x] }]');
  const { config } = await loadConfig(at, { data: '/srv/data', port: 0 });
  assert.equal(config.data, '/srv/data');
  assert.equal(config.http.port, 0);
  assert.deepEqual(
    config.inputs.map(({ files }) => files),
    [['/srv/data/logs/logmill.log*'], ['/var/log/x']],
  );
});

test('inputs of the command line replace those of the file and get their defaults', async () => {
  const at = file('inputs: [{ name: a, files: [/x] }]');
  const { config } = await loadConfig(at, { inputs: [{ name: 'app', files: ['/tmp/app.log'] }] });
  assert.deepEqual(
    config.inputs.map(({ name, start }) => [name, start]),
    [['app', 'beginning']],
  );
});

const WRONG: [text: string, fault: string][] = [
  [
    'inputs: [{ name: a, files: [/x] }, { name: a, stdin: true }]',
    'inputs[1].name "a" is the name of inputs[0] already',
  ],
  ['inputs: [{ name: a }]', 'inputs[0] must have one of files, journald, stdin, http, syslog, otlp'],
  ['inputs: [{ name: a, journald: false }]', 'inputs[0] must have one of files, journald, stdin, http, syslog, otlp'],
  [
    'inputs: [{ name: a, files: [/x], stdin: true }]',
    'inputs[0].stdin cannot stand beside files; make two inputs of it',
  ],
  ['inputs: [{ name: a, stdin: true, ignore_older: 7d }]', 'inputs[0].ignore_older goes only with files'],
  ['inputs: [{ name: a, files: [/x], rotate: { keep: 3 } }]', 'inputs[0].rotate must have size, every or both'],
  ['inputs: [{ name: a, stdin: true, rotate: { size: 1MB } }]', 'inputs[0].rotate goes only with files'],
  [
    'inputs: [{ name: a, files: [/x], rotate: { every: daily } }]',
    'inputs[0].rotate.every is none of hour, day, week, and no cron expression such as 30 2 * * *',
  ],
  [
    'inputs: [{ name: a, files: [/x], rotate: { every: day, command: [a], signal: { pid_file: p } } }]',
    'inputs[0].rotate.signal cannot stand beside command',
  ],
  [
    'inputs: [{ name: a, files: [/x], rotate: { size: 1MB, delaycompress: true } }]',
    'inputs[0].rotate.delaycompress goes only with compress: true',
  ],
  ['inputs: [{ name: a, stdin: true }, { name: b, stdin: true }]', 'inputs[1].stdin is read by inputs[0] already'],
  [
    'inputs: [{ name: a, files: [/x], timezone: Mars/Base }]',
    'inputs[0].timezone names no time zone: "Mars/Base"; write one such as Europe/Berlin',
  ],
  [
    'inputs: [{ name: a, files: [/x], dataset: logmill.alert }]',
    'inputs[0].dataset is kept for what logmill itself writes',
  ],
  [
    'inputs: [{ name: a, files: [/x], max_line_bytes: 64MB }]',
    'inputs[0].max_line_bytes must not be larger than delivery.in_flight',
  ],
  ['inputs: [{ name: a, files: [] }]', 'inputs[0].files must have at least one item'],
  ['inputs: [{ name: A b, files: [/x] }]', 'inputs[0].name must match pattern "^[a-z0-9][a-z0-9_.-]*$"'],
  ['http: { host: 0.0.0.0 }', 'http.host "0.0.0.0" can be reached from outside: set http.tokens, or bind 127.0.0.1'],
  ['http: { host: "::" }', 'http.host "::" can be reached from outside: set http.tokens, or bind 127.0.0.1'],
  [
    'http: { host: 127.0.0.1.example.com }',
    'http.host "127.0.0.1.example.com" can be reached from outside: set http.tokens, or bind 127.0.0.1',
  ],
  ['http: { public_url: logs.example.org }', 'http.public_url must be a http or https address'],
  ['http: { tokens: [{ file: gone }] }', 'http.tokens[0] cannot be read: cannot read the secret file gone: ENOENT'],
  ['retention: { schedule: never }', 'retention.schedule is no cron expression such as 17 3 * * *'],
  ['retention: { datasets: { a: 3 } }', 'retention.datasets.a must be text'],
  ['notify: gone.yaml', 'notify names no file: gone.yaml'],
  ['rules: [gone.yaml]', 'rules[0] names no file: gone.yaml'],
  ['rules: [nowhere/*.yaml]', 'rules[0] names no file: nowhere/*.yaml'],
  ['pipelines: [nowhere]', 'pipelines[0] names no folder: nowhere'],
  ['delivery: { batch: 64MB }', 'delivery.batch must not be larger than delivery.in_flight'],
  [
    'store: { embedded: {}, elasticsearch: { node: "http://e" } }',
    'store must have exactly one of embedded, elasticsearch',
  ],
  ['store: { elasticsearch: { node: "ftp://e" } }', 'store.elasticsearch.node must start with http:// or https://'],
  [
    'store: { elasticsearch: { node: "http://u:p@e" } }',
    'store.elasticsearch.node must not hold a password; use username and password',
  ],
  [
    'store: { elasticsearch: { node: "http://e", username: u } }',
    'store.elasticsearch.username username and password go together',
  ],
  [
    'store: { elasticsearch: { node: "http://e", caFile: gone.pem } }',
    'store.elasticsearch.caFile cannot be read: gone.pem',
  ],
  [
    'store: { elasticsearch: { node: "http://e", apiKey: k, username: u, password: p } }',
    'store.elasticsearch.apiKey cannot stand beside username and password',
  ],
];

test('faults of the schema hide no others, and nothing is named twice', async () => {
  const found = await faultsOf(
    [
      'http: { host: 0.0.0.0, port: x, token: [a] }',
      'retention: { schedule: never }',
      'rules: [gone/*.yaml]',
      'pipelines: [no-such-folder]',
      'inputs:',
      '  - { nam: a }',
      '  - { name: b, flies: [/x] }',
      '  - { name: c, start: middle }',
      '  - { name: c, stdin: true, timezone: Mars/Base }',
    ].join('\n'),
  );
  assert.deepEqual(found.toSorted(), [
    'logmill.yaml:1:30: http.port must be a whole number',
    'logmill.yaml:1:33: http.token: unknown key "token"',
    'logmill.yaml:2:24: retention.schedule is no cron expression such as 17 3 * * *',
    'logmill.yaml:3:9: rules[0] names no file: gone/*.yaml',
    'logmill.yaml:4:13: pipelines[0] names no folder: no-such-folder',
    'logmill.yaml:6:5: inputs[0].name is required',
    'logmill.yaml:6:7: inputs[0].nam: unknown key "nam"',
    'logmill.yaml:7:16: inputs[1].flies: unknown key "flies"',
    'logmill.yaml:8:23: inputs[2].start must be one of beginning, end',
    'logmill.yaml:8:5: inputs[2] must have one of files, journald, stdin, http, syslog, otlp',
    'logmill.yaml:9:13: inputs[3].name "c" is the name of inputs[2] already',
    'logmill.yaml:9:39: inputs[3].timezone names no time zone: "Mars/Base"; write one such as Europe/Berlin',
  ]);
});

for (const [text, fault] of WRONG) {
  test(`refused: ${text}`, async () => {
    const found = await faultsOf(text);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', /^logmill\.yaml:\d+:\d+: /);
    assert.equal(found[0]?.replace(/^\S+ /, ''), fault);
  });
}

test('loopback needs no token, any other address does', async () => {
  assert.deepEqual(await faultsOf('http: { host: localhost }'), []);
  assert.deepEqual(await faultsOf('http: { host: 0.0.0.0, tokens: [abc] }'), []);
});

test('a secret comes from its file, trimmed; an empty file is refused without printing anything', () => {
  assert.equal(readSecret({ file: file('s3cret\n', 'token') }), 's3cret');
  assert.throws(() => readSecret({ file: file('\n', 'empty') }), { code: 'CONFIG_SECRET_FILE' });
});

test('no message about a configuration holds a secret’s text', async () => {
  const found = await faultsOf(
    'http: { tokens: [s3cret-value], prt: 1 }\nstore: { elasticsearch: { node: x, apiKey: s3cret-value } }',
  );
  assert.ok(found.length > 0);
  assert.doesNotMatch(found.join(), /s3cret/);
});
