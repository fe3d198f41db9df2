import type { Breach, Notice } from '../stage.ts';

/** What stages said during one job. A breach comes with every event, so those of one kind are added up. */
export class Notices {
  readonly #drifts: Notice[] = [];
  readonly #breaches = new Map<string, Breach>();

  add(notice: Notice): void {
    if (notice.kind === 'drift') {
      this.#drifts.push(notice);
      return;
    }
    const key = `${notice.contract} ${notice.outcome}`;
    const earlier = this.#breaches.get(key)?.events ?? 0;
    this.#breaches.set(key, { ...notice, events: earlier + notice.events });
  }

  all(): readonly Notice[] {
    return [...this.#drifts, ...this.#breaches.values()];
  }
}
