/** A line as a container's runtime wrote it, taken out of its frame. */
export type Unframed = {
  readonly text: string;
  /** Lines of one stream belong together; undefined where the frame names none. */
  readonly stream: string | undefined;
  readonly time: string | undefined;
  /** The runtime has cut the line: the next record of the stream goes on with it. */
  readonly partial: boolean;
  /** Puts the text of the whole event where that of the record was. */
  readonly wrap?: (text: string) => string;
};

export type ContainerFormat = 'docker' | 'cri' | 'auto';

/** Takes a record out of its frame; undefined where it has none. */
export type Unframe = (record: string) => Unframed | undefined;

/** `2026-11-21T10:00:00.123456789Z stdout F message`: kubernetes/cri-api, tags separated by colons. */
const CRI = /^(\d{4}-\d\d-\d\dT\S+) (stdout|stderr) ([PF])(?::\S*)?(?: |$)/;

export function unframeOf(format: ContainerFormat): Unframe {
  if (format === 'docker') return unframeDocker;
  if (format === 'cri') return unframeCri;
  return (record) => (record.startsWith('{') ? unframeDocker(record) : unframeCri(record));
}

type RawJson = { rawJSON(text: string): object };
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** JSON lines of which one field holds what belongs together; of an event the first line's other fields are kept. */
export function unframeField(field: string, by?: string): Unframe {
  return (record) => {
    const frame = objectOf(record);
    const value = frame?.[field];
    if (typeof value !== 'string') return undefined;
    // Docker's texts have their newline.
    const ending = /\r?\n$/.exec(value)?.[0] ?? '';
    const text = value.slice(0, value.length - ending.length);
    const stream = by === undefined ? undefined : frame![by];
    return {
      text,
      stream: typeof stream === 'string' ? stream : undefined,
      time: undefined,
      partial: false,
      wrap: (whole) =>
        whole === text ? record : JSON.stringify({ ...objectOf(record, keep), [field]: `${whole}${ending}` }),
    };
  };
}

// Numbers keep their text: a long one would be rounded.
const keep: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined ? (JSON as unknown as RawJson).rawJSON(source) : value;

function objectOf(record: string, reviver?: Reviver): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(record)) return undefined;
  try {
    return JSON.parse(record, reviver as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

/** Docker's json-file driver: `{"log":"text\n","stream":"stdout","time":"…"}`; a text without newline is not finished. */
function unframeDocker(record: string): Unframed | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(record);
  } catch {
    return undefined;
  }
  if (typeof frame !== 'object' || frame === null || !('log' in frame) || typeof frame.log !== 'string')
    return undefined;
  const stream = 'stream' in frame && typeof frame.stream === 'string' ? frame.stream : undefined;
  const time = 'time' in frame && typeof frame.time === 'string' ? frame.time : undefined;
  const partial = !frame.log.endsWith('\n');
  return { text: frame.log.replace(/\r?\n$/, ''), stream, time, partial };
}

function unframeCri(record: string): Unframed | undefined {
  const match = CRI.exec(record);
  if (match === null) return undefined;
  const [frame, time, stream, tag] = match;
  return { text: record.slice(frame.length), stream, time, partial: tag === 'P' };
}
