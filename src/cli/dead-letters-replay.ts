import type { Command } from 'commander';
import { framingOf } from '../agent/framing/framer.ts';
import { gzHeadLines, headLines } from '../agent/head-lines.ts';
import { asking } from '../api/queries/read-store.ts';
import type { Config, InputConfig } from '../config/schema.ts';
import { type LetterOrigin, replayDeadLetters } from '../delivery/replay.ts';
import { stderrLog } from '../log.ts';
import type { Chunk, Processed, Source } from '../model/line.ts';
import { Rejected } from '../model/rejected.ts';
import { runAlone } from '../pipeline/flow/run-alone.ts';
import type { CompiledPipeline, Pipelines } from '../pipeline/pipelines.ts';
import { identifyHost, openAllPipelines, prepareStore } from './runtime.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { stopSignal } from './stop-signal.ts';
import { counted } from './terminal.ts';

/** A store that does not answer within this is not waited for. */
const WAIT_MS = 10_000;

type Options = CommonOptions & { reason?: string; of?: string; pipeline?: string; json?: boolean };

export function defineReplay(command: Command): void {
  withCommonOptions(command.command('replay'))
    .description('run them through their pipeline again; those that become documents are gone, the others stay')
    .option('--reason <reason>', 'only these, such as unparsable or invalid')
    .option('--of <pipeline>', 'only those that this pipeline rejected')
    .option('--pipeline <name>', 'through this pipeline, instead of the one that rejected them')
    .option('--json', 'the result as a JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill dead-letters replay --reason unparsable\n  $ logmill dead-letters replay --of json --pipeline plain-text',
    )
    .action(replay);
}

async function replay(options: Options): Promise<void> {
  const config = await readConfig(options);
  const pipelines = await openAllPipelines(config);
  if (options.pipeline !== undefined) pipelines.get(options.pipeline);
  const { store, close } = await reachStore(config, 'dead-letters');
  try {
    await prepareStore(store, config, stderrLog('warn'), { waitMs: WAIT_MS, signal: stopSignal(), pipelines });
    const run = await runner(config, pipelines, options.pipeline);
    const { reason, of } = options;
    const result = await asking(store, () =>
      replayDeadLetters({ client: store.client, reason, of, run, now: Date.now }),
    );
    const { indexed, dropped, failed, notWhole } = result;
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(result)}\n`
        : `${counted(indexed + dropped + failed + notWhole, 'dead letter')}: ${indexed} indexed, ${dropped} dropped, ${failed} failed again, ${notWhole} not kept whole\n`,
    );
  } finally {
    await close();
  }
}

/** The first lines of the file that a letter is of, which may name its columns; none where it is not there any more. */
function headOf(path: string | undefined, input: InputConfig): readonly string[] {
  if (path === undefined) return [];
  return path.endsWith('.gz') ? gzHeadLines(path, framingOf(input)) : headLines(path, framingOf(input));
}

/** Compiles a pipeline once for each file that letters are of. */
async function runner(config: Config, pipelines: Pipelines, through: string | undefined) {
  const here = await identifyHost(config);
  const compiled = new Map<string, CompiledPipeline>();
  let readAt = 0;
  function compile({ input: name, path, pipeline, modifiedAt }: Source, origin: LetterOrigin): CompiledPipeline {
    const input = config.inputs.find((candidate) => candidate.name === name);
    const { host = here, namespace = config.namespace } = origin;
    return pipelines.compile(through ?? pipeline, {
      input: input ?? { name },
      namespace: input?.namespace ?? namespace,
      // Of another machine nothing more is known here.
      host: host.id === here.id ? here : { ...host, fields: {} },
      timezone: input?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      sourceTime: () => modifiedAt,
      head: () => (host.id === here.id && input !== undefined ? headOf(path, input) : []),
      isReplay: true,
      now: () => readAt,
    });
  }
  return (chunk: Chunk, origin: LetterOrigin): Processed | Promise<Processed> => {
    const { source } = chunk;
    const name = through ?? source.pipeline;
    if (!pipelines.names.includes(name)) return unread(chunk, name);
    const key = [source.id, origin.host?.id, origin.namespace].join(' ');
    const pipeline = compiled.get(key) ?? compile(source, origin);
    // One that holds events back is good for one letter: what came before that is not known any more.
    if (pipeline.flow === undefined) compiled.set(key, pipeline);
    ({ readAt } = origin);
    return runAlone(pipeline, chunk);
  };
}

/** A letter of a pipeline that is gone, or of another machine's, must not keep the others from their turn. */
function unread(chunk: Chunk, pipeline: string): Processed {
  const rejected = new Rejected('unparsable', `no pipeline is called "${pipeline}" here; name another with --pipeline`);
  return { chunk, documents: [], rejected: chunk.lines.map((_, line) => ({ line, rejected })), dropped: [] };
}
