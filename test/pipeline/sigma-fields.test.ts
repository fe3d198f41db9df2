import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/sigma/', import.meta.url));
const absent = existsSync(FOLDER) ? false : 'the shared Sigma rules are not beside this checkout';

/** Where the fields that rules of a log source name are in our documents, and the pipelines that fill them. */
type Source = {
  readonly folders: readonly string[];
  readonly pipelines: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
};

const SOURCES: readonly Source[] = [
  {
    // Keywords only: the message is searched.
    folders: ['linux/builtin'],
    pipelines: ['system-auth', 'system-syslog', 'sshd-log'],
    fields: {},
  },
  {
    folders: ['linux/auditd'],
    pipelines: ['auditd-log'],
    fields: {
      type: 'auditd.log.record_type',
      SYSCALL: 'auditd.log.syscall_name',
      name: 'file.path',
      a0: 'auditd.log.a0',
      a1: 'auditd.log.a1',
      a2: 'auditd.log.a2',
      a3: 'auditd.log.a3',
    },
  },
  {
    folders: ['linux/process_creation'],
    pipelines: ['auditd-log', 'auditd-event', 'system-cron', 'sudo-log', 'windows-event'],
    fields: {
      Image: 'process.executable',
      CommandLine: 'process.command_line',
      ParentImage: 'process.parent.executable',
    },
  },
  {
    folders: ['application/kubernetes/audit'],
    pipelines: ['kubernetes-audit'],
    fields: {
      verb: 'kubernetes.audit.verb',
      'objectRef.resource': 'kubernetes.audit.objectRef.resource',
      'objectRef.subresource': 'kubernetes.audit.objectRef.subresource',
      'objectRef.apiGroup': 'kubernetes.audit.objectRef.apiGroup',
      capabilities: 'kubernetes.audit.pod.capabilities',
    },
  },
  {
    folders: ['application/github/audit'],
    pipelines: ['github-audit'],
    fields: { action: 'github.audit.action' },
  },
];

/** Names of fields in a detection; lists of words are searched in the whole event and name none. */
function fieldsOf(detection: unknown): string[] {
  if (Array.isArray(detection)) return detection.flatMap((part) => fieldsOf(part));
  if (typeof detection !== 'object' || detection === null) return [];
  return Object.keys(detection).flatMap((key) => key.split('|')[0] || []);
}

describe('the fields that Sigma rules of this host’s logs ask for', { skip: absent }, () => {
  for (const { folders, pipelines, fields } of SOURCES) {
    test(`${folders.join(', ')}: each has its place`, () => {
      const files = folders.flatMap((folder) => globSync(`${folder}/**/*.yml`, { cwd: FOLDER }));
      assert.ok(files.length > 0);
      for (const file of files) {
        const rule = parse(readFileSync(FOLDER + file, 'utf8')) as { detection: Record<string, unknown> };
        const { condition: _condition, ...detection } = rule.detection;
        for (const name of Object.values(detection).flatMap((part) => fieldsOf(part))) {
          assert.ok(fields[name] !== undefined, `${file} asks for ${name}`);
        }
      }
    });

    test(`${pipelines.join(', ')}: the places are filled, as their cases show`, async () => {
      const { definitions } = await loadPipelines();
      const cases = definitions.filter(({ name }) => pipelines.includes(name)).flatMap(({ tests }) => tests);
      const filled = new Set(cases.flatMap(({ out }) => Object.keys(out ?? {})));
      assert.deepEqual(
        Object.values(fields).filter((field) => !filled.has(field)),
        [],
      );
    });
  }
});
