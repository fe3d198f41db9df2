import type { InputConfig } from './schema.ts';

/** The name by which an input or a command asks for the pipeline to be found out. */
export const AUTO = 'auto';

/** Inputs that ask for it are as those that name none. */
export function withoutAuto(inputs: readonly InputConfig[]): InputConfig[] {
  return inputs.map((input) => {
    if (input.pipeline !== AUTO) return input;
    const { pipeline: _, ...rest } = input;
    return rest;
  });
}
