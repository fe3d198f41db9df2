import { stringify } from 'yaml';
import { optionTable } from '../../config/option-table.ts';
import { type Contract, type FieldContract, typesOf } from '../contracts/contract.ts';
import { type PipelineDefinition, PipelineSchema, type PipelineTest, PipelineTestSchema } from '../definition.ts';
import { isOfCases } from './contract-files.ts';
import { FOLDER, MARK, type Page, propertiesOf } from './stage-pages.ts';

const PREAMBLE = `${MARK}
# Pipelines

A pipeline is one YAML file: stages in order, and its own test cases (\`logmill pipeline test\`). Own pipelines stand in a
folder of theirs and replace shipped ones of the same name; their stream contracts are looked for in \`schemas/\` inside or
beside that folder. Every document also gets \`@timestamp\` (the read time where no stage found one), \`message\`,
\`ecs.version\`, \`event.dataset\`, \`host.name\`, \`log.file.path\`, \`log.offset\`, and the input's \`service\` and \`fields\`
where the line says nothing else.

An input that names no pipeline, or \`auto\`, has each of its files read by the one that fits its path and its first lines:
by \`detect\` of the pipelines, and by what becomes of those lines in the best few. \`logmill detect FILE\` shows the ranking.

Where fields outside ECS stand: parse-json, parse-clf, normalise-level and classify-security name them themselves, and put
them under the pipeline's \`dataset\` (\`nginx.access.…\`), also where an input gives its documents another \`dataset\`.
parse-regex, parse-time, rename and set write exactly the name the pipeline gives: \`(?<took>…)\` is \`took\` at the root,
\`(?<shop__took>…)\` is \`shop.took\`. The shipped pipelines prefix such names with the dataset; do so in your own, or two
pipelines may fill one name with different things.
`;

/** The list of shipped pipelines with the keys of their files, and a page for each. */
export function pipelinePages(
  definitions: readonly PipelineDefinition[],
  contractOf: (dataset: string) => Contract | undefined,
): Page[] {
  const pages = definitions.map((definition) => ({
    path: `${FOLDER}/pipelines/${definition.name}.md`,
    content: pipelinePage(definition, contractOf(definition.dataset)),
  }));
  return [{ path: `${FOLDER}/pipelines.md`, content: overview(definitions) }, ...pages];
}

function overview(definitions: readonly PipelineDefinition[]): string {
  const { tests: _tests, stages: _stages, detect, ...keys } = propertiesOf(PipelineSchema);
  const parts = [
    PREAMBLE,
    '## Keys of a pipeline\n',
    `${optionTable(keys)}\n`,
    '`stages` is a list of [stages](stages.md), `tests` a list of cases:\n',
    `${optionTable(propertiesOf(PipelineTestSchema))}\n`,
    '`detect` says how its lines and files are known:\n',
    `${optionTable(propertiesOf(detect!))}\n`,
    '## Shipped pipelines\n',
    '| pipeline | dataset | reads |\n|---|---|---|',
    ...definitions.map(
      ({ name, dataset, summary }) => `| [${name}](pipelines/${name}.md) | \`${dataset}\` | ${cell(summary)} |`,
    ),
  ];
  return `${parts.join('\n')}\n`;
}

function pipelinePage(definition: PipelineDefinition, contract: Contract | undefined): string {
  const { name, summary, dataset, stages, tests, detect, multiline } = definition;
  return [
    `${MARK}\n# ${name}\n`,
    `It reads ${summary}. Dataset: \`${dataset}\`. All pipelines: [pipelines.md](../pipelines.md).\n`,
    ...(detect === undefined ? ['It is used only by name.\n'] : ['How its files are known:\n', ...yaml({ detect })]),
    ...(multiline === undefined ? [] : ['How lines make events:\n', ...yaml({ multiline })]),
    '## Stages\n',
    ...stages.map(
      ({ stage, when }) => `1. [${stage}](../stages/${stage}.md)${when === undefined ? '' : `, when \`${when}\``}`,
    ),
    '',
    ...(contract === undefined ? [] : ['## Fields\n', fieldsFrom(contract), fieldTable(contract), '']),
    '## Examples\n',
    'The cases of its file, which the tests run.\n',
    ...tests.flatMap(example),
  ].join('\n');
}

function yaml(value: unknown): string[] {
  return ['```yaml', stringify(value, { lineWidth: 0 }).trimEnd(), '```\n'];
}

function example({ name, in: text, out, rejected, dropped }: PipelineTest): string[] {
  const outcome = rejected === undefined ? (dropped === undefined ? out : { dropped }) : { rejected };
  return [`### ${name[0]!.toUpperCase()}${name.slice(1)}\n`, '````text', text, '````\n', ...yaml(outcome ?? {})];
}

function fieldsFrom(contract: Contract): string {
  return isOfCases(contract)
    ? 'What the cases below show; always: in all documents of theirs. Other lines may have more, or less.\n'
    : 'As its contract says, which was written by hand.\n';
}

function fieldTable({ required = [], properties }: Contract): string {
  const rows = Object.entries(properties).map(
    ([field, contract]) => `| \`${field}\` | ${typeText(contract)} | ${required.includes(field) ? 'always' : ''} |`,
  );
  return ['| field | type | |', '|---|---|---|', ...rows].join('\n');
}

function typeText(contract: FieldContract): string {
  const types = typesOf(contract).map((type) =>
    type === 'array' && contract.items !== undefined ? `list of ${typeText(contract.items)}` : type,
  );
  return types.length === 0 ? 'any' : types.join(' or ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
