import type { Pipelines } from '../pipelines.ts';
import type { FrameText } from '../testing.ts';
import { type Matcher, matcherOf } from './matcher.ts';
import { pathHint } from './path-hint.ts';
import { type Candidate, rank } from './rank.ts';
import { type SampleLine, sampleOf } from './sample.ts';
import type { Signature } from './signature.ts';
import { type Trial, Trials } from './verify.ts';

/** Reads what no format fits: every line is kept whole. */
export const PLAIN_TEXT = 'plain-text';

/** A pipeline that was tried on the first lines. */
export type Tried = Candidate & Trial;

/** What was chosen for a file. */
export type Choice = {
  readonly pipeline: string;
  /** 0 to 1: how sure it is. Low where another pipeline would have done nearly as well, or there was little to go by. */
  readonly certainty: number;
  /** What was tried, best first: the last one is chosen, unless that is plain text. */
  readonly tried: readonly Tried[];
};

/** What is compiled for choices. */
type Kept = { readonly matchers: Map<string, Matcher>; readonly trials: Trials };

/** Only the best few are tried: what fits worse than several others is none. */
const MOST_TRIALS = 4;
/** A pipeline that rejects more of the first lines than this is none for them. */
const LEAST_PARSED = 0.5;
/** Below this no format can be said to fit. */
const NONE: Trial = { parsed: 1, sample: undefined };

/**
 * Finds out by itself which pipeline reads a file: by where it lies and how its first lines look, held against the
 * pipelines' signatures, and by sending the lines through those that fit best. What fits nothing is plain text.
 */
export class Detector {
  readonly #pipelines: Pipelines;
  readonly #signatures: readonly Signature[];
  readonly #frame: FrameText | undefined;
  /** Files often come in droves, and then for long none does: what is compiled may go when memory is needed. */
  #kept: WeakRef<Kept> | undefined;

  /** @param frame how lines of pipelines that join them make events. */
  constructor(pipelines: Pipelines, signatures: readonly Signature[], frame?: FrameText) {
    this.#pipelines = pipelines;
    this.#signatures = signatures;
    this.#frame = frame;
  }

  /** All that may be, best first, tried or not. */
  rank(path: string | undefined, lines: readonly string[]): readonly Candidate[] {
    return this.#rank(path, sampleOf(lines));
  }

  /** What becomes of the lines in a pipeline. */
  attempt(candidate: Candidate, path: string | undefined, lines: readonly string[]): Tried {
    return { ...candidate, ...this.#trial(candidate.pipeline, path, lines) };
  }

  /** Never throws for what is in the lines. */
  choose(path: string | undefined, lines: readonly string[]): Choice {
    const sample = sampleOf(lines);
    const candidates = this.#rank(path, sample);
    const tried: Tried[] = [];
    let best: Tried | undefined;
    for (const candidate of candidates.slice(0, MOST_TRIALS)) {
      if (best !== undefined && candidate.points <= worth(best)) break;
      const trial = isCut(sample) ? NONE : this.#trial(candidate.pipeline, path, lines);
      const attempt = { ...candidate, ...trial };
      tried.push(attempt);
      if (trial.parsed >= LEAST_PARSED && (best === undefined || worth(attempt) > worth(best))) best = attempt;
    }
    if (best !== undefined) {
      const { pipeline } = best;
      const failed = new Set(tried.filter(({ parsed }) => parsed < LEAST_PARSED).map((one) => one.pipeline));
      const next = candidates.find((other) => other.pipeline !== pipeline && !failed.has(other.pipeline));
      return { pipeline, certainty: certaintyOf(best, next, sample.length), tried };
    }
    const likest = Math.max(0, ...tried.map(({ share, parsed }) => share * parsed));
    return { pipeline: PLAIN_TEXT, certainty: (1 - likest) * confidence(sample.length), tried };
  }

  #rank(path: string | undefined, sample: readonly SampleLine[]): readonly Candidate[] {
    const { matchers } = this.#compiled();
    return rank(this.#signatures, sample, pathHint(path), (signature) => {
      const matcher = matchers.get(signature.name) ?? matcherOf(signature);
      matchers.set(signature.name, matcher);
      return matcher;
    });
  }

  #trial(name: string, path: string | undefined, lines: readonly string[]): Trial {
    return this.#compiled().trials.run(name, path, lines);
  }

  #compiled(): Kept {
    const kept = this.#kept?.deref() ?? { matchers: new Map(), trials: new Trials(this.#pipelines, this.#frame) };
    this.#kept = new WeakRef(kept);
    return kept;
  }
}

/** What a pipeline rejects of the first lines it will reject of the others: that counts more than what it knows of. */
function worth({ points, parsed }: Tried): number {
  return points * parsed ** 2;
}

/** A first line longer than what is looked at tells its kind, but no stage can read its beginning. */
function isCut(sample: readonly SampleLine[]): boolean {
  return sample.length === 1 && sample[0]!.json === 'cut';
}

function certaintyOf({ share, parsed, points, wellKnown }: Tried, next: Candidate | undefined, lines: number): number {
  const looks = wellKnown ? 1 - (1 - share) / 2 : share;
  const rivalry = next === undefined ? 0 : Math.max(0, next.points / points - 0.5);
  return looks * parsed * (1 - rivalry) * confidence(lines);
}

/** One line may be chance. */
function confidence(lines: number): number {
  return lines / (lines + 0.25);
}
