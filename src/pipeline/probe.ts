import type { Event } from '../model/event.ts';
import type { MapRunner, StageResult } from './stage.ts';

/** Where a stage stands: `pipeline` is another one than that which runs where run-pipeline put it there. */
export type Place = { readonly pipeline: string; readonly index: number; readonly stage: string };

/**
 * Looks on while a pipeline is compiled and puts itself around its parts: for explaining, measuring and coverage. What it
 * puts in must do what was there before. Stages that hold events back are not shown but for their conditions.
 */
export type Probe = {
  condition(place: Place, matches: (event: Event) => boolean): (event: Event) => boolean;
  stage(place: Place, run: (event: Event) => StageResult): MapRunner;
};

/** A place for people: counted from one. */
export function placeName({ pipeline, index, stage }: Place, of: string): string {
  return `${pipeline === of ? '' : `${pipeline} `}${index + 1} ${stage}`;
}
