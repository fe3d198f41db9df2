import { closeDocument } from '../../src/model/document-writer.ts';
import type { JsonValue } from '../../src/model/event.ts';
import type { Outgoing } from '../../src/model/line.ts';
import type { Binding } from '../../src/pipeline/pipelines.ts';
import { flatten } from '../../src/pipeline/testing.ts';

/** Where tests compile pipelines: an input without wishes of its own, on a host called this-host. */
export const BINDING: Binding = {
  input: { name: 'in' },
  namespace: 'default',
  host: { id: 'h1', name: 'this-host', fields: {} },
  timezone: 'UTC',
  sourceTime: () => 0,
};

/** The fields of a document as it would be stored, by dotted names. */
export function fieldsOf({ document }: Pick<Outgoing, 'document'>): Record<string, JsonValue> {
  return flatten(JSON.parse(closeDocument(document)) as JsonValue);
}
