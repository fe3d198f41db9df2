import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { findProgram } from '../lanes.ts';
import { run, scratch, write } from './command.ts';

/*
 * The stack of Elasticsearch, Kibana and logmill. No Docker engine runs where these tests do, so nothing is started
 * here: the configuration is checked by docker-compose and by logmill itself, and its promises are read off it.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMPOSE = path.join(ROOT, 'docker-compose.elk.yml');
const compose = findProgram('docker-compose');

type Service = {
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly volumes?: readonly string[];
};

function text(...names: string[]): string {
  return readFileSync(path.join(ROOT, ...names), 'utf8');
}

/** The services as they are written: merge keys followed, variables not yet filled in. */
function written(): [string, Service][] {
  const { services } = parse(text('docker-compose.elk.yml'), { merge: true }) as { services: Record<string, Service> };
  return Object.entries(services);
}

test('docker-compose accepts the stack with the example settings (config check only: no Docker engine here)', {
  skip: compose === undefined ? 'no docker-compose' : false,
}, () => {
  const args = ['-f', COMPOSE, '--env-file', path.join(ROOT, '.env.example'), 'config'];
  const { services } = parse(execFileSync(compose!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  assert.deepEqual(Object.keys(services).sort(), ['dashboards', 'elasticsearch', 'kibana', 'logmill', 'setup']);
});

test('without the passwords the stack is refused, naming what to set (config check only)', {
  skip: compose === undefined ? 'no docker-compose' : false,
}, (t) => {
  const env = { PATH: process.env['PATH'] };
  const args = ['-f', COMPOSE, '--env-file', write(scratch(t), 'empty', ''), 'config'];
  assert.throws(
    () => execFileSync(compose!, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    /PASSWORD.*set it in \.env/,
  );
});

test('every service that stays has a health check; the others run once', () => {
  for (const [name, { healthcheck, restart }] of written()) {
    if (restart === undefined) assert.ok(['setup', 'dashboards'].includes(name), `${name} is a one-shot`);
    else assert.ok((healthcheck?.test?.length ?? 0) > 1, `${name} has a health check`);
  }
});

test('ports are published on loopback only, and only those people use', () => {
  const published = written().flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
  assert.deepEqual(published, [
    ['elasticsearch', '127.0.0.1:9200:9200'],
    ['kibana', '127.0.0.1:5601:5601'],
    ['logmill', '127.0.0.1:4600:4600'],
  ]);
});

test('no password, key or token is written down: each comes from .env or from a secret file', () => {
  for (const [name, { environment = {} }] of written()) {
    for (const [variable, value] of Object.entries(environment)) {
      if (/PASSWORD|KEY$|TOKEN/.test(variable)) assert.match(value, /^\$\{[A-Z_]+:\?/, `${name} ${variable}`);
    }
  }
  assert.doesNotMatch(text('docker-compose.elk.yml'), /--password|elastic:(?!\$\$\{)[^\s"]*@/);
  const { http, store } = parse(text('config', 'elk', 'logmill.yaml'));
  assert.deepEqual(
    [http.tokens, store.elasticsearch.apiKey],
    [[{ file: '/secrets/token' }], { file: '/secrets/es_api_key' }],
  );
});

test('logmill runs as a user without rights, and may write to its data only', () => {
  const dockerfile = text('Dockerfile');
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  assert.match(lastStage, /^USER node$/m);
  assert.ok(lastStage.indexOf('\nUSER node') < lastStage.indexOf('\nENTRYPOINT'));
  const [, logmill] = written().find(([name]) => name === 'logmill') as [string, Record<string, unknown> & Service];
  assert.deepEqual([logmill.user, logmill['read_only'], logmill['cap_drop']], [undefined, true, ['ALL']]);
  const writable = logmill.volumes!.filter((volume) => !volume.endsWith(':ro'));
  assert.deepEqual(writable, ['logmill:/data']);
});

test('logmill check accepts the stack’s configuration, with its secrets and rules where the container has them', async (t) => {
  const folder = scratch(t);
  for (const name of ['token', 'es_api_key']) write(folder, name, 'a-secret-of-sufficient-length');
  cpSync(path.join(ROOT, 'config', 'rules'), path.join(folder, 'rules'), { recursive: true });
  cpSync(path.join(ROOT, 'config', 'notify.yaml'), path.join(folder, 'notify.yaml'));
  const config = write(
    folder,
    'logmill.yaml',
    text('config', 'elk', 'logmill.yaml').replaceAll('/secrets/', `${folder}/`),
  );
  const { code, stdout, stderr } = await run(t, ['check', '--config', config]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /✓ 5 rules\n✓ notifications/);
});

test('the set-up script is valid, and so is the role it creates', () => {
  const script = path.join(ROOT, 'config', 'elk', 'setup.sh');
  execFileSync('bash', ['-n', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [, role] = /^role='([^']*)'$/m.exec(text('config', 'elk', 'setup.sh')) ?? [];
  const { cluster, indices } = JSON.parse(role!) as {
    cluster: string[];
    indices: { names: string[]; privileges: string[] }[];
  };
  assert.deepEqual(cluster, ['monitor', 'manage_index_templates']);
  assert.deepEqual(
    indices.flatMap(({ names }) => names),
    ['logs-*', 'metrics-*', 'logmill-*'],
  );
  assert.ok(indices.every(({ privileges }) => !privileges.includes('all') && !privileges.includes('manage')));
});
