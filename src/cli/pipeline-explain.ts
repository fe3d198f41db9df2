import type { Config } from '../config/schema.ts';
import type { Processed } from '../model/line.ts';
import { type Step, stepRecorder } from '../pipeline/explain.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import { placeName } from '../pipeline/probe.ts';
import type { Veil } from '../pipeline/stage.ts';
import { withoutTaken } from '../pipeline/stages/privacy/taken.ts';
import { changeLines } from './field-changes.ts';
import { processOnce } from './pipeline-once.ts';
import { paint, printable } from './terminal.ts';

/**
 * Prints what every stage did to every line, one line of the input after the other. What the pipeline takes for a secret is
 * not shown: explanations are passed on.
 */
export async function explainPipeline(
  pipelines: Pipelines,
  name: string,
  config: Config,
  timezone: string | undefined,
): Promise<void> {
  const { probe, steps, secrets } = stepRecorder();
  const veils: Veil[] = [];
  const more = { probe, singly: true, onSecrets: (clean: Veil) => void veils.push(clean) };
  for await (const processed of processOnce(pipelines, name, config, timezone, more)) {
    const whole = explained(name, processed, steps.splice(0));
    const text = veils.reduce(
      (left, clean) => clean(left),
      secrets.size === 0 ? whole : withoutTaken(whole, secrets).text,
    );
    secrets.clear();
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

function explained(name: string, processed: Processed, steps: readonly Step[]): string {
  const { chunk, documents, rejected, dropped } = processed;
  const outcome = [
    ...documents.map(({ index, id }) => paint('green', `→ ${index} ${id}`)),
    ...rejected.map(() => paint('red', '→ dead letter')),
    ...dropped.map(({ rule }) => paint('yellow', `→ dropped by "${rule}"`)),
  ];
  return [
    ...chunk.lines.map(({ offset, text }) => `${paint('bold', `${offset}: ${printable(text)}`)}\n`),
    ...steps.map((step) => stepText(name, step)),
    ...outcome.map((one) => `  ${one}\n`),
    '\n',
  ].join('');
}

function stepText(name: string, { place, did }: Step): string {
  const head = `  ${placeName(place, name)}`;
  if (did.kind === 'passed-by') return paint('dim', `${head}: not meant (when)\n`);
  if (did.kind === 'changed') {
    if (did.changes.length === 0) return paint('dim', `${head}: nothing\n`);
    return `${head}\n${changeLines(did.changes, '      ')}`;
  }
  if (did.kind === 'rejected') {
    const { reason, field, detail } = did.rejected;
    return `${head}: ${paint('red', `rejected: ${reason}${field === undefined ? '' : ` (${field})`}: ${printable(detail)}`)}\n`;
  }
  if (did.kind === 'dropped') return `${head}: ${paint('yellow', `dropped by "${did.rule}"`)}\n`;
  if (did.kind === 'split') return `${head}: makes ${did.into} events of it\n`;
  return `${head}: ${paint('red', `failed: ${printable(did.detail)}`)}\n`;
}
