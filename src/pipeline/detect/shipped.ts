import path from 'node:path';
import { type Pipelines, SHIPPED_PIPELINES } from '../pipelines.ts';
import { type Signature, signatureOf } from './signature.ts';
import shipped from './signatures.generated.json' with { type: 'json' };

/** The signatures of all pipelines: of those shipped without a look into their files. */
export function signaturesOf(pipelines: Pipelines): readonly Signature[] {
  const own = pipelines.definitions.filter(({ file }) => !isShipped(file));
  const names = new Set(own.map(({ name }) => name));
  return [
    ...(shipped as readonly Signature[]).filter(({ name }) => !names.has(name)),
    ...own.flatMap((definition) => signatureOf(definition) ?? []),
  ];
}

function isShipped(file: string): boolean {
  return path.dirname(path.resolve(file)) === path.resolve(SHIPPED_PIPELINES);
}
