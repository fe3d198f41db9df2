/** A table that forgets what was put into it first when it has too many entries. */
export class BoundedTable<Value> {
  readonly #most: number;
  readonly #entries = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [first] = this.#entries.keys();
    this.#entries.delete(first!);
  }
}
