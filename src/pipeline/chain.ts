import type { Event } from '../model/event.ts';
import { Dropped, Rejected } from '../model/rejected.ts';
import type { MapStage } from './compile.ts';
import { Jump } from './jump.ts';
import type { StageResult } from './stage.ts';

/** The stages of a pipeline as one. */
export type Chain = {
  /** Sends an event through all stages. Throws what a stage throws; `stage` then says which. */
  run(event: Event): StageResult;
  /** The stage under way, or the one that threw. */
  stage(): string;
  /** Verdicts on single children of the last event that was split; asking for them clears them. */
  childVerdicts(): readonly (Rejected | Dropped)[];
  /** Numbers of the children that the last event was split into and that are through, in their order. */
  childParts(): readonly number[];
};

/** Makes a chain. It holds only what the event under way needs. */
export function createChain(stages: readonly MapStage[]): Chain {
  let at = 0;
  let verdicts: (Rejected | Dropped)[] = [];
  let parts: number[] = [];
  let nextPart = 1;

  function runFrom(event: Event, from: number, part: number): StageResult {
    let current = event;
    for (at = from; at < stages.length; at++) {
      const result = stages[at]!.run(current);
      // Fast path: nearly every stage hands back the event it was given.
      if (result === current) continue;
      if (result instanceof Rejected || result instanceof Dropped) return result;
      if (Array.isArray(result)) return runChildren(result, at + 1, part);
      if (result instanceof Jump) {
        at = result.to - 1;
        current = result.event;
      } else current = result as Event;
    }
    return current;
  }

  /** The first child has the number of its parent. What becomes of a child does not change the number of another. */
  function runChildren(children: readonly Event[], from: number, part: number): StageResult {
    if (children.length === 0) throw new RangeError('a stage returned no event and no verdict');
    const first = nextPart;
    nextPart += children.length - 1;
    const finished: Event[] = [];
    for (const [index, child] of children.entries()) {
      const own = index === 0 ? part : first + index - 1;
      const result = runFrom(child, from, own);
      if (result instanceof Rejected || result instanceof Dropped) verdicts.push(result);
      else if (Array.isArray(result)) finished.push(...result);
      else {
        finished.push(result as Event);
        parts.push(own);
      }
    }
    return finished;
  }

  return {
    run(event) {
      if (nextPart > 1 || parts.length > 0) {
        nextPart = 1;
        parts = [];
      }
      return runFrom(event, 0, 0);
    },
    stage: () => stages[at]?.name ?? 'finish',
    childVerdicts() {
      const taken = verdicts;
      if (taken.length > 0) verdicts = [];
      return taken;
    },
    childParts: () => parts,
  };
}
