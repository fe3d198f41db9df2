import { signatureOf } from './detect/signature.ts';
import { loadPipelines, type Pipelines } from './pipelines.ts';
import { contractFiles, shippedContracts } from './reference/contract-files.ts';
import { pipelinePages } from './reference/pipeline-pages.ts';
import { type Page, stagePages } from './reference/stage-pages.ts';

/**
 * The pages about stages and pipelines, from the descriptions in code and the shipped files; the contracts of their
 * streams, their signatures, and the list of datasets that the store prepares. Paths count from the checkout.
 */
export async function pipelineReference(): Promise<Page[]> {
  const pipelines = await loadPipelines();
  const contracts = await shippedContracts(pipelines);
  return [
    ...stagePages(),
    ...pipelinePages(pipelines.definitions, (dataset) => contracts.get(dataset)),
    ...contractFiles(contracts),
    { path: 'src/store/shipped-datasets.generated.json', content: datasetList(pipelines) },
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
