import type { TSchema } from 'typebox';
import { stringify } from 'yaml';
import { optionTable } from '../../config/option-table.ts';
import type { Event } from '../../model/event.ts';
import { STAGES } from '../registry.ts';
import type { Stage, StageExample } from '../stage.ts';

/** A page of the documentation; the path counts from the checkout. */
export type Page = { readonly path: string; readonly content: string };

export const FOLDER = 'docs/reference';
export const MARK = '<!-- Generated from src/pipeline/ and pipelines/ by `npm run generate`. Do not edit. -->';

const PREAMBLE = `${MARK}
# Stages

A stage takes one event and returns it, several, a rejection or a drop. Events are flat: \`http.response.status_code\` is
one key. Every stage also takes \`when\`, a KQL condition: events it does not match pass by; and \`on_error\`: what it rejects
becomes a dead letter (\`reject\`, by default), or goes on tagged (\`tag\`), or without the field at fault (\`drop-field\`).
The examples of each page show the event before and after, and are run by the tests; in them the pipeline's dataset is
\`example.log\`.

| stage | it |
|---|---|
`;

/** The list of stages, and a page for each. */
export function stagePages(): Page[] {
  const rows = STAGES.map(({ name, summary }) => `| [${name}](stages/${name}.md) | ${summary} |`);
  return [
    { path: `${FOLDER}/stages.md`, content: `${PREAMBLE}${rows.join('\n')}\n` },
    ...STAGES.map((stage) => ({ path: `${FOLDER}/stages/${stage.name}.md`, content: stagePage(stage) })),
  ];
}

export function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return (schema as unknown as { properties?: Readonly<Record<string, TSchema>> }).properties ?? {};
}

function stagePage({ name, summary, notes, options, examples }: Stage): string {
  const properties = propertiesOf(options);
  const table = Object.keys(properties).length === 0 ? 'No options of its own.' : optionTable(properties);
  return [
    `${MARK}\n# ${name}\n`,
    `It ${summary}. All stages: [stages.md](../stages.md).\n`,
    ...(notes === undefined ? [] : [`${notes}\n`]),
    `${table}\n`,
    ...examples.map((example) => exampleOf(name, example)),
  ].join('\n');
}

function exampleOf(name: string, example: StageExample<unknown>): string {
  return [
    `## Example: ${example.title}\n`,
    '```yaml',
    stringify([{ [name]: example.options }]).trimEnd(),
    '```\n',
    ...(example.before ?? []).flatMap((event) => [...block(event), 'and after it\n']),
    ...block(example.in),
    'becomes\n',
    '```json',
    outcomeOf(example),
    '```\n',
  ].join('\n');
}

function outcomeOf({ out, rejected }: StageExample<unknown>): string {
  if (out !== undefined) return JSON.stringify(out, null, 1);
  if (rejected === undefined) return 'dropped';
  return `rejected: ${rejected.reason}${rejected.field === undefined ? '' : ` (${rejected.field})`}`;
}

function block(event: Event): string[] {
  return ['```json', JSON.stringify(event, null, 1), '```\n'];
}
