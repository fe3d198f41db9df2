import type { Multiline } from '../../config/multiline.ts';
import type { InputConfig } from '../../config/schema.ts';

/** How the pipeline of a name wants lines joined; undefined where each is an event, or there is no such pipeline. */
export type MultilineOf = (pipeline: string) => Multiline | undefined;

/** An input as its sources are framed that this pipeline reads; one object for each, as `framingOf` keeps framings. */
export type FramedInput = (input: InputConfig, pipeline: string | undefined) => InputConfig;

/** Makes the look-up. What an input says of its lines counts more than what a pipeline says. */
export function framedInputs(multilineOf: MultilineOf): FramedInput {
  const known = new WeakMap<InputConfig, Map<string, InputConfig>>();
  return (input, pipeline) => {
    if (pipeline === undefined || input.multiline !== undefined) return input;
    if (input.files === undefined && input.stdin !== true) return input;
    const ofInput = known.get(input) ?? new Map<string, InputConfig>();
    known.set(input, ofInput);
    const framed = ofInput.get(pipeline) ?? framedBy(input, multilineOf(pipeline));
    ofInput.set(pipeline, framed);
    return framed;
  };
}

function framedBy(input: InputConfig, multiline: Multiline | undefined): InputConfig {
  if (multiline === undefined) return input;
  // A container's frames are taken off first, and then there is no key to take texts from.
  const { field, within, ...ofLines } = multiline;
  return { ...input, multiline: input.container === undefined ? multiline : ofLines };
}
