import { ownText } from './own-text.ts';

/** Longer names are worked out each time: nobody calls a field so twice. */
const LONGEST = 1000;
/** Characters that names have on the average, as far as memory goes. */
const AVERAGE = 50;

/**
 * What has been worked out of names that lines bring. They may bring ever new ones: past a number of them, or of their
 * characters, all are forgotten, since those that come again are soon known again.
 */
export class KnownNames<Value> {
  readonly #known = new Map<string, Value>();
  readonly #most: number;
  #characters = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): Value | undefined {
    return this.#known.get(name);
  }

  set(name: string, value: Value): void {
    if (name.length > LONGEST) return;
    if (this.#known.size >= this.#most || this.#characters >= this.#most * AVERAGE) {
      this.#known.clear();
      this.#characters = 0;
    }
    this.#characters += name.length;
    this.#known.set(ownText(name), value);
  }
}
