import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { firstLinesOf } from '../agent/first-lines.ts';
import { textFraming } from '../agent/framing/frame-text.ts';
import { gzHeadLines, headLines } from '../agent/head-lines.ts';
import { type Content, inspect } from '../agent/inspect.ts';
import { createDetector } from '../choose-pipeline.ts';
import type { Choice, Detector, Tried } from '../pipeline/detect/detector.ts';
import { namedFiles } from './inputs.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { counted, paint, printable, table } from './terminal.ts';

type Options = CommonOptions & { json?: boolean; path?: boolean };

/** So many of the ranking are tried and shown. */
const MOST_ROWS = 8;

/** What is printed of a file, also as JSON. */
type Finding = Choice & { readonly file: string; readonly lines: number; readonly ranking: readonly Tried[] };

/** A file that an agent does not read. */
type NoText = { readonly file: string; readonly content: Content };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('<file...>', 'logs, also gzipped ones')
    .option('--json', 'one JSON document a file')
    .option('--no-path', 'go by the lines alone, not by where the file lies')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill detect /var/log/nginx/access.log\n  $ logmill detect --no-path /var/log/*.log\n  $ logmill detect --json app.log | jq .pipeline',
    )
    .action(detect);
}

async function detect(files: readonly string[], options: Options): Promise<void> {
  const [input] = namedFiles(files);
  const pipelines = await openAllPipelines(await readConfig(options));
  const detector = createDetector(pipelines);
  for (const file of input?.files ?? []) {
    const content = await contentOf(file);
    const isText = content === 'text' || content === 'gzip';
    const finding = isText ? find(detector, file, options.path !== false) : { file, content };
    process.stdout.write(options.json === true ? `${JSON.stringify(finding)}\n` : text(finding));
  }
}

async function contentOf(file: string): Promise<Content> {
  const handle = await open(file);
  try {
    return await inspect(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

function find(detector: Detector, file: string, byPath: boolean): Finding {
  const lines = firstLines(file);
  const path = byPath ? file : undefined;
  const ranking = detector
    .rank(path, lines)
    .slice(0, MOST_ROWS)
    .map((candidate) => detector.attempt(candidate, path, lines));
  return { file, lines: lines.length, ...detector.choose(path, lines), ranking };
}

/** Those that the agent chooses by. */
function firstLines(file: string): readonly string[] {
  const lines = file.endsWith('.gz') ? gzHeadLines : headLines;
  return firstLinesOf(lines(file, textFraming()));
}

const WHY_UNREAD: Readonly<Record<string, string>> = {
  binary: 'no text',
  compressed: 'compressed otherwise than by gzip',
  blank: 'nothing but NUL bytes so far',
};

function text(finding: Finding | NoText): string {
  if ('content' in finding) {
    return `${paint('bold', printable(finding.file))}: ${WHY_UNREAD[finding.content]}. An agent does not read it.\n\n`;
  }
  const { file, pipeline, certainty, lines, ranking } = finding;
  const chosen = ranking.find((one) => one.pipeline === pipeline);
  const share = (value: number) => `${Math.round(value * 100)} %`;
  const rows = table(ranking, [
    { title: '', value: (row) => (row.pipeline === pipeline ? '>' : ' ') },
    { title: 'pipeline', value: (row) => row.pipeline },
    { title: 'score', value: (row) => row.points.toFixed(1), align: 'right' },
    { title: 'looks like it', value: (row) => share(row.share), align: 'right' },
    { title: 'parsed', value: (row) => share(row.parsed), align: 'right' },
    { title: 'path', value: (row) => (row.wellKnown ? 'known' : '') },
  ]);
  const name = paint('bold', `${printable(file)}: ${pipeline}`);
  return [
    `${name}, ${share(certainty)} sure by ${counted(lines, 'line')}`,
    ...(ranking.length === 0 ? ['No format fits: every line is kept whole.'] : [rows]),
    ...(chosen?.sample === undefined ? [] : [`The first event as ${pipeline} reads it:`, sampleText(chosen.sample)]),
    '',
    '',
  ].join('\n');
}

/** Field by field, because that is how a document is looked up and asked for. */
function sampleText(sample: NonNullable<Tried['sample']>): string {
  return JSON.stringify(sample, undefined, 2);
}
