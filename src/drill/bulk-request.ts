/** What is answered for one item instead of the store's answer. */
export type ItemFault = { readonly status: number; readonly type: string; readonly reason: string };

type Item = {
  readonly index: string;
  readonly id: string;
  /** The document's line. */
  readonly text: string;
  /** Both lines as they came. */
  readonly lines: string;
};

type Answered = { readonly status: number };

/** A bulk body of creates, two lines each, taken apart. */
export class BulkRequest {
  readonly items: readonly Item[];

  constructor(body: Buffer) {
    const lines = body.toString().split('\n');
    const items: Item[] = [];
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const action = JSON.parse(lines[at]!) as { create: { _index: string; _id: string } };
      const text = lines[at + 1]!;
      items.push({ index: action.create._index, id: action.create._id, text, lines: `${lines[at]}\n${text}\n` });
    }
    this.items = items;
  }

  /** The body of the items that are not left out. */
  without(isLeftOut: (at: number) => boolean): Buffer {
    return Buffer.from(
      this.items
        .filter((_, at) => !isLeftOut(at))
        .map(({ lines }) => lines)
        .join(''),
    );
  }

  /** The answer to the items that were sent, with the faults of the others where they belong. */
  merge(answer: Buffer, faults: readonly (ItemFault | undefined)[]): Buffer {
    const body = JSON.parse(answer.toString()) as { items?: unknown[] };
    const sent = (body.items ?? []).values();
    const items = faults.map((fault, at) => {
      if (fault === undefined) return sent.next().value;
      const { status, ...error } = fault;
      const { index, id } = this.items[at]!;
      return { create: { _index: index, _id: id, status, error } };
    });
    return Buffer.from(JSON.stringify({ ...body, errors: true, items }));
  }
}

/** The items of a bulk's answer; none where it holds none. */
export function readItems(answer: Buffer): Answered[] {
  const { items = [] } = JSON.parse(answer.toString()) as { items?: Record<string, Answered>[] };
  return items.map((item) => Object.values(item)[0]!);
}
