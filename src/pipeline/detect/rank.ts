import type { Matcher } from './matcher.ts';
import type { PathHint } from './path-hint.ts';
import type { SampleLine } from './sample.ts';
import type { Signature } from './signature.ts';

/** A pipeline that may be the one. */
export type Candidate = {
  readonly pipeline: string;
  /** To be compared with others of the same sample only. */
  readonly points: number;
  /** Share of the lines, middles of events left out, that look like its own. */
  readonly share: number;
  /** The file lies where its files do. */
  readonly wellKnown: boolean;
};

/** A well-known path weighs more than how specific a signature is, less than lines of another kind. */
const WELL_KNOWN = 4;
const SHARED_WORD = 0.5;
/** Fewer fitting lines are chance. */
const LEAST_SHARE = 0.5;
/** Of a file that lies right and looks otherwise: tried where nothing else fits. */
const LAST_RESORT = 0.01;

/** Those that may be, best first. */
export function rank(
  signatures: readonly Signature[],
  sample: readonly SampleLine[],
  hint: PathHint,
  matcher: (signature: Signature) => Matcher,
): readonly Candidate[] {
  return signatures
    .flatMap((signature) => weigh(signature, sample, hint, matcher) ?? [])
    .sort((a, b) => b.points - a.points);
}

function weigh(
  signature: Signature,
  sample: readonly SampleLine[],
  hint: PathHint,
  matcher: (signature: Signature) => Matcher,
): Candidate | undefined {
  const { name: pipeline, paths, weight } = signature;
  const wellKnown = hint.matches(paths);
  if (sample.length === 0)
    return wellKnown ? { pipeline, points: WELL_KNOWN + weight / 100, share: 0, wellKnown } : undefined;
  const share = shareOf(matcher(signature), sample);
  if (share < LEAST_SHARE) return wellKnown ? { pipeline, points: LAST_RESORT, share, wellKnown } : undefined;
  // Cubed: what fits nine lines of ten and says much yields to what fits all ten and says less, for the tenth must be read too.
  const points = weight * share ** 3 + (wellKnown ? WELL_KNOWN : 0) + hint.shares(pipeline) * SHARED_WORD;
  return { pipeline, points, share, wellKnown };
}

function shareOf({ fits, continues }: Matcher, sample: readonly SampleLine[]): number {
  let counted = 0;
  let fitting = 0;
  for (const line of sample) {
    const isFitting = fits(line);
    // What begins in the middle of an event has lines before the first beginning.
    if (!isFitting && fitting > 0 && continues(line)) continue;
    counted += 1;
    if (isFitting) fitting += 1;
  }
  return fitting / counted;
}
