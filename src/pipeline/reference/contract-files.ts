import { existsSync, readFileSync } from 'node:fs';
import { closeDocument } from '../../model/document-writer.ts';
import type { JsonValue } from '../../model/event.ts';
import type { Contract } from '../contracts/contract.ts';
import { inferContract } from '../contracts/infer.ts';
import type { PipelineDefinition, PipelineTest } from '../definition.ts';
import { runAlone } from '../flow/run-alone.ts';
import type { Pipelines } from '../pipelines.ts';
import { chunkOf, flatten } from '../testing.ts';
import type { Page } from './stage-pages.ts';

type Document = Readonly<Record<string, JsonValue>>;

const FOLDER = 'config/schemas';
const MARK = 'Generated from the cases in pipelines/ by npm run generate. Do not edit.';

/** Contracts of the streams of shipped pipelines, by dataset: those written by hand, else what the cases show. */
export async function shippedContracts(pipelines: Pipelines): Promise<ReadonlyMap<string, Contract>> {
  const documents = new Map<string, Document[]>();
  for (const definition of pipelines.definitions) {
    for (const document of await documentsOf(pipelines, definition)) {
      const dataset = String(document['event.dataset']);
      documents.set(dataset, [...(documents.get(dataset) ?? []), document]);
    }
  }
  const datasets = [...documents.keys()].sort();
  return new Map(
    datasets.map((dataset) => [
      dataset,
      byHand(dataset) ?? inferContract(`Events of ${dataset}`, documents.get(dataset) ?? [], { comment: MARK }),
    ]),
  );
}

/** Whether a contract says what cases show, and nobody wrote it by hand. */
export function isOfCases({ $comment }: Contract): boolean {
  return $comment === MARK;
}

/** The files of those that nobody wrote by hand. */
export function contractFiles(contracts: ReadonlyMap<string, Contract>): Page[] {
  return [...contracts]
    .filter(([, contract]) => isOfCases(contract))
    .map(([dataset, contract]) => ({ path: fileOf(dataset), content: `${JSON.stringify(contract, undefined, 2)}\n` }));
}

function fileOf(dataset: string): string {
  return `${FOLDER}/${dataset}.json`;
}

function byHand(dataset: string): Contract | undefined {
  if (!existsSync(fileOf(dataset))) return undefined;
  const contract = JSON.parse(readFileSync(fileOf(dataset), 'utf8')) as Contract;
  return isOfCases(contract) ? undefined : contract;
}

async function documentsOf(pipelines: Pipelines, definition: PipelineDefinition): Promise<Document[]> {
  const found: Document[] = [];
  for (const test of definition.tests) found.push(...(await documentsOfCase(pipelines, definition.name, test)));
  return found;
}

async function documentsOfCase(pipelines: Pipelines, name: string, test: PipelineTest): Promise<Document[]> {
  const texts = [...(test.before ?? []), test.in];
  const compiled = pipelines.compile(name, {
    input: { name: 'test' },
    namespace: 'default',
    // Nothing of the machine that this is generated on.
    host: { id: 'host', name: 'host', fields: {} },
    timezone: test.timezone ?? 'UTC',
    sourceTime: () => Date.parse(test.source_time ?? '2026-11-01T00:00:00Z'),
    head: () => texts,
  });
  const { documents } = await runAlone(compiled, chunkOf(texts, name));
  return documents.map(({ document }) => flatten(JSON.parse(closeDocument(document)) as JsonValue));
}
