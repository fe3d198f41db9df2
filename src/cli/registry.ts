import type { Command } from 'commander';

/** One command: its line in the help, and the module that defines it, loaded only when it is called. */
export type CommandRow = {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ define(command: Command): void }>;
};

export const COMMANDS: readonly CommandRow[] = [
  { name: 'up', summary: 'run everything in one process', load: () => import('./up.ts') },
  { name: 'agent', summary: 'read, process and ship', load: () => import('./agent.ts') },
  { name: 'serve', summary: 'API, page and rules, without reading files', load: () => import('./serve.ts') },
  {
    name: 'check',
    summary: 'validate configuration, pipelines, rules and dashboards',
    load: () => import('./check.ts'),
  },
  { name: 'pipeline', summary: 'run or test a pipeline', load: () => import('./pipeline.ts') },
  { name: 'detect', summary: 'find out which pipeline reads a file', load: () => import('./detect.ts') },
  {
    name: 'contracts',
    summary: 'types, proposals and changes of stream contracts',
    load: () => import('./contracts.ts'),
  },
  { name: 'search', summary: 'search with KQL', load: () => import('./search.ts') },
  { name: 'tail', summary: 'show new events as they come', load: () => import('./tail.ts') },
  { name: 'rules', summary: 'check rules, or try one on the stored events', load: () => import('./rules.ts') },
  { name: 'dead-letters', summary: 'lines that could not become documents', load: () => import('./dead-letters.ts') },
  { name: 'top', summary: 'live view: lines a second and lag, by input', load: () => import('./top.ts') },
  { name: 'ledger', summary: 'where every byte went, by file', load: () => import('./ledger.ts') },
  { name: 'explain', summary: 'what became of the line at FILE:OFFSET', load: () => import('./explain.ts') },
  { name: 'drill', summary: 'prove that no line is lost and none doubled', load: () => import('./drill.ts') },
  { name: 'dashboards', summary: 'build the Kibana dashboards, or push them', load: () => import('./dashboards.ts') },
];
