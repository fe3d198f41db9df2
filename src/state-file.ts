import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * A small value that survives power loss: JSON with version and CRC in two files written in turn, so that one of them is
 * whole at every moment.
 */
export type StateFile<T> = {
  /** The newest valid value; undefined when there is none. A missing, cut, zeroed or foreign file is never an error. */
  load(): T | undefined;
  /** Writes `value` durably; calls run one after the other. Rejects with the file system's error, the older value stays. */
  save(value: T): Promise<void>;
};

/** Paths and host names are nobody else's business. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

type Slot = { readonly file: string; readonly sequence: number; readonly body: string };

/**
 * Opens a state file; nothing is read or written yet. The folder is made by the first save, also again after someone
 * deleted it.
 * @param version of the value's shape: files of another version are ignored.
 */
export function openStateFile<T>(folder: string, name: string, version: number): StateFile<T> {
  const files = ['a', 'b'].map((slot) => path.join(folder, `${name}.${slot}.json`)) as [string, string];
  let sequence: number | undefined;
  let saving: Promise<void> = Promise.resolve();

  const newest = (): Slot | undefined =>
    files
      .map((file) => readSlot(file, version))
      .filter((slot) => slot !== undefined)
      .sort((one, other) => other.sequence - one.sequence)[0];

  async function write(value: T): Promise<void> {
    sequence ??= newest()?.sequence ?? 0;
    const next = sequence + 1;
    const body = JSON.stringify(value);
    const header = JSON.stringify({ version, sequence: next, crc: crc32(`${next}:${body}`) });
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    await replaceDurably(files[next % 2 === 0 ? 0 : 1], `${header}\n${body}\n`);
    sequence = next;
  }

  return {
    load() {
      const slot = newest();
      sequence = slot?.sequence ?? sequence;
      return slot === undefined ? undefined : (JSON.parse(slot.body) as T);
    },
    save(value) {
      const done = saving.then(() => write(value));
      saving = done.catch(() => {});
      return done;
    },
  };
}

/** A slot whose header, version and checksum hold; undefined for anything else. */
function readSlot(file: string, version: number): Slot | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const header = JSON.parse(text.slice(0, end)) as { version: number; sequence: number; crc: number };
    const body = text.slice(end + 1, -1);
    const valid =
      text.endsWith('\n') && header.version === version && header.crc === crc32(`${header.sequence}:${body}`);
    return valid && Number.isSafeInteger(header.sequence) ? { file, sequence: header.sequence, body } : undefined;
  } catch {
    // Absent or damaged is the same to the caller: the other file, or a fresh start, takes its place.
    return undefined;
  }
}

/** Replaces a file so that a reader, also after power loss, sees the old content or the new, never a mixture. */
async function replaceDurably(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await withFile(temporary, 'w', async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** A rename is durable only once its folder is; Windows cannot open folders and needs no such step. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(folder, 'r', (handle) => handle.sync());
}

async function withFile(file: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, flags, FILE_MODE);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
