import type { Pipelines } from '../pipelines.ts';
import { type Signature, signatureOf } from './signature.ts';
import shipped from './signatures.generated.json' with { type: 'json' };

/** The signatures of all pipelines: of those shipped without a look into their files. */
export function signaturesOf(pipelines: Pipelines): readonly Signature[] {
  const { own } = pipelines;
  const names = new Set(own.map(({ name }) => name));
  return [
    ...(shipped as readonly Signature[]).filter(({ name }) => !names.has(name)),
    ...own.flatMap((definition) => signatureOf(definition) ?? []),
  ];
}
