import { randomBytes } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { closeDocument, createDocumentWriter } from '../../src/model/document-writer.ts';
import type { JsonValue } from '../../src/model/event.ts';
import { checkRuleText } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';

/** An event of a test: when it happened and, if later, when it came into the store. ms since the epoch. */
export type TestEvent = { readonly at: number; readonly arrives?: number; readonly fields?: Record<string, JsonValue> };

const write = createDocumentWriter();

/** A name that no other test uses, as the store is shared. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

/** A data stream that no other test uses: streams cannot be deleted everywhere. */
export function freshStream(): string {
  return `logs-json-t${randomBytes(6).toString('hex')}`;
}

/** Stores events, visible at once. Equal events in two calls are two documents. */
export async function store(client: Client, index: string, events: readonly TestEvent[]): Promise<void> {
  if (events.length === 0) return;
  const operations = events.flatMap(({ at, arrives = at, fields = {} }) => [
    { create: { _index: index } },
    closeDocument(
      write({ '@timestamp': new Date(at).toISOString(), 'event.kind': 'event', ...fields }),
      new Date(arrives).toISOString(),
    ),
  ]);
  const answer = await client.bulk({ refresh: true, operations });
  const refused = answer.items.find(({ create }) => create?.error !== undefined);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
}

/** A rule from keys; a name and the index are filled in. Throws its first fault. */
export function ruleOf(keys: Readonly<Record<string, unknown>>): Rule {
  const { rule, faults } = checkRuleText(JSON.stringify({ name: freshName('rule'), ...keys }), 'test.yaml');
  if (rule === undefined) throw faults[0];
  return rule;
}
