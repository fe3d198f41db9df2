import { fieldType, storedType } from '../model/field-type.ts';
import type { Contract } from './contracts/contract.ts';
import { mappedTypes } from './contracts/mapped-types.ts';
import { signatureOf } from './detect/signature.ts';
import { loadPipelines, type Pipelines } from './pipelines.ts';
import { contractFiles, shippedContracts } from './reference/contract-files.ts';
import { pipelinePages } from './reference/pipeline-pages.ts';
import { type Page, stagePages } from './reference/stage-pages.ts';

/**
 * The pages about stages and pipelines, from the descriptions in code and the shipped files; the contracts of their
 * streams, their signatures, and the datasets and types of fields that the store prepares. Paths count from the checkout.
 */
export async function pipelineReference(): Promise<Page[]> {
  const pipelines = await loadPipelines();
  const contracts = await shippedContracts(pipelines);
  return [
    ...stagePages(),
    ...pipelinePages(pipelines.definitions, (dataset) => contracts.get(dataset)),
    ...contractFiles(contracts),
    { path: 'src/store/shipped-datasets.generated.json', content: datasetList(pipelines) },
    { path: 'src/store/contract-types.generated.json', content: typeList(contracts) },
    { path: 'src/pipeline/detect/signatures.generated.json', content: signatureList(pipelines) },
  ];
}

/** One line each: it is loaded where no pipeline's file is. */
function signatureList({ definitions }: Pipelines): string {
  const rows = definitions.flatMap((definition) => signatureOf(definition) ?? []);
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

function datasetList({ definitions }: Pipelines): string {
  return `${JSON.stringify([...new Set(definitions.map(({ dataset }) => dataset))].sort(), undefined, 2)}\n`;
}

/** Fields of contracts whose type the first value of a stream would not tell, by type; some of ECS are mapped anyway. */
function typeList(contracts: ReadonlyMap<string, Contract>): string {
  const lists: Record<'double' | 'date' | 'ip', string[]> = { double: [], date: [], ip: [] };
  for (const contract of contracts.values()) {
    for (const [field, type] of mappedTypes(contract)) {
      const isNamed = fieldType(field) === undefined && storedType(field) === type;
      if (!isNamed && (type === 'double' || type === 'date' || type === 'ip')) lists[type].push(field);
    }
  }
  const sorted = Object.entries(lists).map(([type, fields]) => [type, [...new Set(fields)].sort()]);
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
