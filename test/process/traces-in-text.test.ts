import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

/* A section a language: `=== name`, then type, message and culprit, then what its program logs. */
const TEXT = readFileSync(new URL('../fixtures/nine-traces.txt', import.meta.url), 'utf8');
const TRACES = TEXT.split(/^=== /m)
  .slice(1)
  .map((section) => {
    const [name = '', type = '', message = '', culprit = '', ...lines] = section.trimEnd().split('\n');
    return { name, type, message, culprit, trace: lines.join('\n') };
  });
const BEFORE = '2026-11-21 10:00:00 shop: starting';
const AFTER = '2026-11-21 10:00:09 shop: going on\n  an indented line\nlast';
const TIME = '2026-11-21T10:00:00.123456789Z';

/** The same text as a program wrote it, as Docker's driver has it, and as containerd has it, with another stream in between. */
const FILES: Readonly<Record<string, (text: string) => string>> = {
  'plain.log': (text) => text,
  'docker-json.log': (text) =>
    interleaved(text, (stream, line) => JSON.stringify({ log: `${line}\n`, stream, time: TIME })),
  'cri.log': (text) => interleaved(text, (stream, line) => `${TIME} ${stream} F ${line}`),
};

function interleaved(text: string, frame: (stream: string, line: string) => string): string {
  return text
    .split('\n')
    .flatMap((line) => [frame('stderr', line), frame('stdout', 'INFO between')])
    .join('\n');
}

type Found = {
  readonly message: string;
  readonly log: { readonly file: { readonly path: string } };
  readonly error?: Readonly<Record<string, string>>;
};

test('a stack trace of any language in a text of unknown format is one error, also in the files of containers', async (t) => {
  const folder = scratch(t);
  for (const { name, trace } of TRACES) {
    for (const [file, frame] of Object.entries(FILES))
      write(folder, `${name}-${file}`, `${frame(`${BEFORE}\n${trace}\n${AFTER}`)}\n`);
  }
  const config = write(
    folder,
    'logmill.yaml',
    'data: ./data\nhttp: { port: 0 }\ninputs:\n  - { name: app, files: [./*.log] }\n',
  );
  const { code, stderr } = await run(t, ['agent', '--once', '--config', config]);
  assert.equal(code, 0, stderr);
  const args = ['--json', '--size', '1000', '--sort', 'log.offset:asc', '--config', config];
  const { stdout } = await run(t, ['search', 'not message: "INFO between"', ...args]);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found);
  for (const { name, type, message, culprit, trace } of TRACES) {
    for (const file of Object.keys(FILES).map((kind) => `${name}-${kind}`)) {
      const found = all.filter(({ log }) => log.file.path.endsWith(`/${file}`));
      assert.deepEqual(
        found.map((doc) => doc.message),
        [BEFORE, trace, ...AFTER.split('\n')],
        file,
      );
      const { stack_trace, grouping_key, ...error } = found[1]!.error!;
      assert.deepEqual(error, { type, message, culprit }, file);
      assert.ok(grouping_key!.length > 0 && trace.endsWith(stack_trace!));
    }
  }
});
