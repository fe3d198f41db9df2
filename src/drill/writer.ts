import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/*
 * The program whose logs are shipped: a process of its own that holds its files open across rotations, as programs do.
 * It writes what it is told in several pieces, and answers with the inode and the byte at which that began.
 */
export type WriterOrder =
  | {
      readonly id: number;
      readonly do: 'write';
      readonly path: string;
      readonly append: boolean;
      readonly pieces: string[];
    }
  | { readonly id: number; readonly do: 'reopen'; readonly path: string };

export type WriterAnswer = { readonly id: number; readonly file: string; readonly offset: number };

type Open = { readonly handle: number; readonly append: boolean; position: number };

const open = new Map<string, Open>();

function handleOf(path: string, append: boolean): Open {
  const known = open.get(path);
  if (known !== undefined) return known;
  // Without O_APPEND a writer goes on at its own place, also in a file that was truncated meanwhile.
  const handle = openSync(path, append ? 'a' : constants.O_WRONLY | constants.O_CREAT, 0o644);
  const opened = { handle, append, position: fstatSync(handle).size };
  open.set(path, opened);
  return opened;
}

async function carryOut(order: WriterOrder): Promise<WriterAnswer> {
  if (order.do === 'reopen') {
    const known = open.get(order.path);
    if (known !== undefined) closeSync(known.handle);
    open.delete(order.path);
    return { id: order.id, file: '', offset: 0 };
  }
  const file = handleOf(order.path, order.append);
  const { dev, ino, size } = fstatSync(file.handle, { bigint: true });
  const offset = file.append ? Number(size) : file.position;
  for (const piece of order.pieces) {
    const bytes = Buffer.from(piece);
    writeSync(file.handle, bytes, 0, bytes.length, file.append ? null : file.position);
    file.position += bytes.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { id: order.id, file: `${dev}:${ino}`, offset };
}

let last: Promise<unknown> = Promise.resolve();
process.on('message', (order: WriterOrder) => {
  last = last.then(async () => process.send?.(await carryOut(order)));
});
