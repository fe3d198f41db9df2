import type { TSchema } from 'typebox';
import { stringify } from 'yaml';
import { optionTable } from '../config/option-table.ts';
import type { Event } from '../model/event.ts';
import { PipelineSchema, PipelineTestSchema } from './definition.ts';
import { signatureOf } from './detect/signature.ts';
import { loadPipelines } from './pipelines.ts';
import { STAGES } from './registry.ts';
import type { Stage, StageExample } from './stage.ts';

const STAGES_PREAMBLE = `<!-- Generated from src/pipeline/ by \`npm run generate\`. Do not edit. -->
# Stages

A stage takes one event and returns it, several, a rejection or a drop. Events are flat: \`http.response.status_code\` is
one key. Every stage also takes \`when\`, a KQL condition; events it does not match pass by. Examples show the event before
and after; in them the pipeline's dataset is \`example.log\`.
`;

const PIPELINES_PREAMBLE = `<!-- Generated from src/pipeline/ and pipelines/ by \`npm run generate\`. Do not edit. -->
# Pipelines

A pipeline is one YAML file: stages in order, and its own test cases (\`logmill pipeline test\`). Own pipelines stand in a
folder of theirs and replace shipped ones of the same name; their stream contracts are looked for in \`schemas/\` inside or
beside that folder. Every document also gets \`@timestamp\` (the read time where no stage found one), \`message\`,
\`ecs.version\`, \`event.dataset\`, \`host.name\`, \`log.file.path\`, \`log.offset\`, and the input's \`service\` and \`fields\`
where the line says nothing else.

Where fields outside ECS stand: parse-json, parse-clf, normalise-level and classify-security name them themselves, and put
them under the pipeline's \`dataset\` (\`nginx.access.…\`), also where an input gives its documents another \`dataset\`.
parse-regex, parse-time, rename and set write exactly the name the pipeline gives: \`(?<took>…)\` is \`took\` at the root,
\`(?<shop__took>…)\` is \`shop.took\`. The shipped pipelines prefix such names with the dataset; do so in your own, or two
pipelines may fill one name with different things.
`;

/**
 * The pages about stages and pipelines, from the descriptions in code and the shipped files, and the list of datasets that
 * the store prepares; paths count from the checkout.
 */
export async function pipelineReference(): Promise<{ path: string; content: string }[]> {
  return [
    { path: 'docs/reference/stages.md', content: [STAGES_PREAMBLE, ...STAGES.map(stageSection)].join('\n') },
    { path: 'docs/reference/pipelines.md', content: await pipelinesPage() },
    { path: 'src/store/shipped-datasets.generated.json', content: await datasetList() },
    { path: 'src/pipeline/detect/signatures.generated.json', content: await signatureList() },
  ];
}

function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return (schema as unknown as { properties?: Readonly<Record<string, TSchema>> }).properties ?? {};
}

function stageSection({ name, summary, notes, options, examples }: Stage): string {
  const properties = propertiesOf(options);
  const table = Object.keys(properties).length === 0 ? 'No options.' : optionTable(properties);
  return [
    `## ${name}\n`,
    `It ${summary}.\n`,
    ...(notes === undefined ? [] : [`${notes}\n`]),
    `${table}\n`,
    ...examples.map((example) => exampleOf(name, example)),
  ].join('\n');
}

function exampleOf(name: string, example: StageExample<unknown>): string {
  const outcome =
    example.out !== undefined
      ? JSON.stringify(example.out, null, 1)
      : example.rejected !== undefined
        ? `rejected: ${example.rejected.reason}${example.rejected.field === undefined ? '' : ` (${example.rejected.field})`}`
        : 'dropped';
  return [
    `### Example: ${example.title}\n`,
    '```yaml',
    stringify([{ [name]: example.options }]).trimEnd(),
    '```\n',
    ...(example.before ?? []).flatMap((event) => [...block(event), 'and after it\n']),
    ...block(example.in),
    'becomes\n',
    '```json',
    outcome,
    '```\n',
  ].join('\n');
}

function block(event: Event): string[] {
  return ['```json', JSON.stringify(event, null, 1), '```\n'];
}

async function pipelinesPage(): Promise<string> {
  const { definitions } = await loadPipelines();
  const { tests: _tests, stages: _stages, ...keys } = propertiesOf(PipelineSchema);
  const parts = [
    PIPELINES_PREAMBLE,
    '## Keys of a pipeline\n',
    `${optionTable(keys)}\n`,
    '`stages` is a list of stages (stages.md), `tests` a list of cases:\n',
    `${optionTable(propertiesOf(PipelineTestSchema))}\n`,
    '## Shipped pipelines\n',
    '| pipeline | dataset | reads | stages |\n|---|---|---|---|',
    ...definitions.map(({ name, dataset, summary, stages }) => {
      const links = stages.map(({ stage }) => `[${stage}](stages.md#${stage})`).join(', ');
      return `| \`${name}\` | \`${dataset}\` | ${summary} | ${links} |`;
    }),
  ];
  return `${parts.join('\n')}\n`;
}

/** One line each: it is loaded where no pipeline's file is. */
async function signatureList(): Promise<string> {
  const { definitions } = await loadPipelines();
  const rows = definitions.flatMap((definition) => signatureOf(definition) ?? []);
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

async function datasetList(): Promise<string> {
  const { definitions } = await loadPipelines();
  return `${JSON.stringify([...new Set(definitions.map(({ dataset }) => dataset))].sort(), undefined, 2)}\n`;
}
