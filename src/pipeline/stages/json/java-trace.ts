import type { Event, JsonValue } from '../../../model/event.ts';

type Fields = Readonly<Record<string, JsonValue>>;

/** The names by which a library calls the parts of a throwable and of its frames. */
export type ThrowableNames = {
  readonly type: string;
  readonly message: string;
  readonly frames: string;
  readonly type_of_frame: string;
  readonly method: string;
  readonly file: string;
  readonly line: string;
};

/** Causes lead to causes; a printed trace of more would help nobody. */
const MOST_CAUSES = 20;

/**
 * Writes a throwable that is an object into error.type, error.message and a trace as Throwable.printStackTrace prints it,
 * so that it groups as the same error in text does. False where it names no class.
 */
export function setThrowable(event: Event, thrown: JsonValue, names: ThrowableNames): boolean {
  if (!isObject(thrown) || typeof thrown[names.type] !== 'string') return false;
  event['error.type'] = thrown[names.type] as string;
  const message = thrown[names.message];
  if (typeof message === 'string') event['error.message'] = message;
  event['error.stack_trace'] = printed(thrown, names);
  return true;
}

function printed(thrown: Fields, names: ThrowableNames): string {
  const lines: string[] = [];
  let cause: JsonValue | undefined = thrown;
  for (let depth = 0; depth < MOST_CAUSES && isObject(cause); depth++) {
    const message = cause[names.message];
    const head = `${String(cause[names.type])}${typeof message === 'string' ? `: ${message}` : ''}`;
    lines.push(depth === 0 ? head : `Caused by: ${head}`);
    const frames = cause[names.frames];
    if (Array.isArray(frames)) for (const frame of frames) lines.push(frameLine(frame, names));
    cause = cause['cause'];
  }
  return lines.join('\n');
}

function frameLine(frame: JsonValue, names: ThrowableNames): string {
  if (!isObject(frame)) return `\tat ${String(frame)}`;
  const { [names.type_of_frame]: type = '?', [names.method]: method = '?', [names.file]: file } = frame;
  const line = frame[names.line];
  const place = file === undefined || file === null ? 'Unknown Source' : String(file);
  return `\tat ${String(type)}.${String(method)}(${place}${typeof line === 'number' && line > 0 ? `:${line}` : ''})`;
}

function isObject(value: JsonValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
