import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { RetryReason } from './answers.ts';
import type { Wait } from './judge.ts';

const BASE_MS = 250;
const LONGEST_MS = 30_000;

/** Milliseconds to wait before the next attempt: exponential with full jitter, so that shippers do not come back in step. */
export function createBackoff(random: () => number): (attempt: number) => number {
  return (attempt) => Math.ceil(random() * Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(attempt, 20)));
}

/** How the store stands, for people: `Elasticsearch at http://… answers 401 (…): waiting`. */
export type StoreStatus =
  | { readonly state: 'ready' }
  | {
      readonly state: 'waiting';
      readonly reason: RetryReason;
      /** What it does, as in `answers 401 (…)`. */
      readonly detail: string;
      readonly message: string;
      readonly since: number;
    };

/**
 * Whether the store as a whole takes requests. While it does not, one batch at a time is tried, after a growing wait;
 * the first answer opens the way for all again. Each change is said once.
 */
export function createStoreGate(options: {
  readonly place: string;
  readonly clock: Clock;
  readonly backoff: (attempt: number) => number;
  readonly log: Logger;
  onChange(status: StoreStatus): void;
}) {
  let status: StoreStatus = { state: 'ready' };
  let until = 0;
  /** When waiting began. */
  let began = 0;
  let faults = 0;
  /** Requests sent before the last fault was seen say nothing new when they fail too. */
  let era = 0;

  return {
    status: (): StoreStatus => status,
    /** Requests that may be under way at once, of the `concurrency` configured. */
    allowed: (concurrency: number): number => (status.state === 'ready' ? concurrency : 1),
    /** Time of the steady clock before which nothing is sent. */
    until: (): number => until,
    era: (): number => era,
    /** A request sent in `sentIn` was not taken. */
    fault(fault: Wait, sentIn: number): void {
      if (sentIn !== era) return;
      era++;
      until = options.clock.steady() + options.backoff(faults++);
      if (status.state === 'waiting' && status.reason === fault.reason) return;
      if (status.state === 'ready') began = options.clock.steady();
      const since = status.state === 'waiting' ? status.since : options.clock.now();
      const { reason, detail } = fault;
      status = { state: 'waiting', reason, detail, message: `${options.place} ${detail}: waiting`, since };
      options.log.warn(
        { reason: fault.reason, place: options.place, detail: fault.detail },
        'the store does not take documents: waiting',
      );
      options.onChange(status);
    },
    /** The store answered as it should. */
    answered(): void {
      if (status.state === 'ready') return;
      const waited = Math.round(options.clock.steady() - began);
      status = { state: 'ready' };
      until = 0;
      faults = 0;
      options.log.info({ place: options.place, waited_ms: waited }, 'the store takes documents again');
      options.onChange(status);
    },
  };
}
