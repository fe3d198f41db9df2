/** How far the events of all sources are that speak at the moment: what is before it is not expected any more. */
export class Watermark {
  readonly #quietMs: number;
  readonly #sources = new Map<object | undefined, { newest: number; heardAt: number }>();

  /** @param quietMs a source that was not heard of for so long is not waited for. */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** @param time of an event. @param now time of the clock. */
  note(source: object | undefined, time: number, now: number): void {
    const known = this.#sources.get(source);
    if (known === undefined) this.#sources.set(source, { newest: time, heardAt: now });
    else {
      known.newest = Math.max(known.newest, time);
      known.heardAt = now;
    }
  }

  /** Time of events; minus infinity where no source is heard. */
  at(now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const [source, { newest, heardAt }] of this.#sources) {
      if (now - heardAt > this.#quietMs) this.#sources.delete(source);
      else earliest = Math.min(earliest, newest);
    }
    return earliest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : earliest;
  }
}
