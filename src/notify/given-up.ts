import type { Alert } from '../model/alert.ts';

/** Pause between attempts at what was given up, ms. */
export const SLOW_BEAT_MS = 600_000;
/** Alerts kept per channel: a channel that takes nothing for weeks must not fill the memory. */
const MOST_KEPT = 1000;

/**
 * The alerts that one channel was given up on, though another attempt may work: each of them is tried once per slow beat
 * until it is told or dropped. The beat stops when there are none, or when the signal aborts.
 */
export class GivenUp {
  readonly #alerts = new Map<string, Alert>();
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #retry: (alerts: readonly Alert[]) => Promise<void>;
  readonly #signal: AbortSignal;
  #beating: Promise<void> | undefined;

  /** `retry` tries once, drops what is told, and never rejects. */
  constructor(options: {
    wait(ms: number, signal: AbortSignal): Promise<void>;
    retry(alerts: readonly Alert[]): Promise<void>;
    readonly signal: AbortSignal;
  }) {
    this.#wait = options.wait;
    this.#retry = options.retry;
    this.#signal = options.signal;
  }

  /** Keeps the alert in its latest state; of too many the longest kept one goes. */
  add(alert: Alert): void {
    this.#alerts.delete(alert.id);
    this.#alerts.set(alert.id, alert);
    if (this.#alerts.size > MOST_KEPT) this.#alerts.delete(this.#alerts.keys().next().value!);
    this.#beating ??= this.#beat();
  }

  /** Told, over, or about to be told anew. */
  drop(id: string): void {
    this.#alerts.delete(id);
  }

  /** Whether the alert is kept, and in this very state. */
  has(alert: Alert): boolean {
    return this.#alerts.get(alert.id) === alert;
  }

  /** Resolves when the beat has stopped; abort the signal first. */
  async stopped(): Promise<void> {
    await this.#beating;
  }

  async #beat(): Promise<void> {
    while (this.#alerts.size > 0) {
      await this.#wait(SLOW_BEAT_MS, this.#signal).catch(() => undefined);
      if (this.#signal.aborted) return;
      await this.#retry([...this.#alerts.values()]);
    }
    this.#beating = undefined;
  }
}
