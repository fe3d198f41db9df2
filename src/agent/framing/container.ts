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
export function unframeField(field: string): Unframe {
  return (record) => {
    const text = objectOf(record)?.[field];
    if (typeof text !== 'string') return undefined;
    const wrap = (whole: string) => (whole === text ? record : withField(record, field, whole));
    return { text, stream: undefined, time: undefined, partial: false, wrap };
  };
}

/** The same of records in a runtime's frame that is the pipeline's to read: of an event that of its first record is kept. */
export function unframeWithin(format: 'docker' | 'cri'): Unframe {
  const [unframe, rewrap] = format === 'docker' ? [unframeDocker, intoDocker] : [unframeCri, intoCri];
  return (record) => {
    const frame = unframe(record);
    if (frame === undefined) return undefined;
    return { ...frame, wrap: (whole) => (whole === frame.text ? record : rewrap(record, whole, frame.text)) };
  };
}

function intoDocker(record: string, whole: string): string {
  return withField(record, 'log', `${whole}\n`);
}

/** Its tag says that the line is whole. */
function intoCri(record: string, whole: string, text: string): string {
  const frame = record.slice(0, record.length - text.length);
  return `${frame.replace(/ P(:\S*)? ?$/, ' F$1 ')}${whole}`;
}

function withField(record: string, field: string, text: string): string {
  return JSON.stringify({ ...objectOf(record, keep), [field]: text });
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
  const frame = objectOf(record);
  const log = frame?.['log'];
  if (frame === undefined || typeof log !== 'string') return undefined;
  const { stream, time } = frame;
  return {
    text: log.replace(/\r?\n$/, ''),
    stream: typeof stream === 'string' ? stream : undefined,
    time: typeof time === 'string' ? time : undefined,
    partial: !log.endsWith('\n'),
  };
}

function unframeCri(record: string): Unframed | undefined {
  const match = CRI.exec(record);
  if (match === null) return undefined;
  const [frame, time, stream, tag] = match;
  return { text: record.slice(frame.length), stream, time, partial: tag === 'P' };
}
