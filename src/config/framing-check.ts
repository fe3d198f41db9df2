import { ENCODINGS } from './encodings.ts';
import { MULTILINE_WAYS, type Multiline } from './multiline.ts';
import type { InputConfig } from './schema.ts';
import type { Path } from './schema-check.ts';

type At = (...rest: string[]) => Path;
type Report = (path: Path, detail: string, ...others: readonly Path[]) => void;

/** Keys of inputs that are read as bytes: others come as records from their senders. */
const OF_BYTES = ['delimiter', 'multiline', 'container', 'on_long_line'] as const;
const UNICODE = ['utf-8', 'utf-16le', 'utf-16be'];

/** How the keys of an input that say what its lines are go together. */
export function checkFraming(input: InputConfig, at: At, report: Report): void {
  const isOfBytes = input.files !== undefined || input.stdin === true;
  for (const key of OF_BYTES) {
    if (!isOfBytes && input[key] !== undefined) report(at(key), 'goes only with files or stdin', at('files'));
  }
  const encoding = ENCODINGS[input.encoding];
  if (!isOfBytes && encoding !== 'utf-8') report(at('encoding'), 'goes only with files or stdin', at('files'));
  const { delimiter = '' } = input;
  if (!UNICODE.includes(encoding) && /[^\0-\x7f]/.test(delimiter)) {
    report(at('delimiter'), `must be ASCII with ${input.encoding}`, at('encoding'));
  }
  if (input.multiline === undefined) return;
  checkMultiline(input.multiline, at, report);
  for (const key of ['field', 'within'] as const) {
    if (input.multiline[key] === undefined || input.container === undefined) continue;
    report(at('multiline', key), 'cannot stand beside container', at('container'));
  }
}

/** What the schema of `multiline` cannot say, of an input's or a pipeline's. */
export function checkMultiline(multiline: Multiline, at: At, report: Report): void {
  const given = MULTILINE_WAYS.filter((way) => multiline[way] !== undefined);
  const ways = MULTILINE_WAYS.map((way) => at('multiline', way));
  if (given.length !== 1) report(at('multiline'), `must have exactly one of ${MULTILINE_WAYS.join(', ')}`, ...ways);
  if (multiline.within !== undefined && multiline.field !== undefined) {
    report(at('multiline', 'within'), 'cannot stand beside field', at('multiline', 'field'));
  }
  for (const key of ['start', 'continuation'] as const) {
    const fault = patternFault(multiline[key]);
    if (fault !== undefined) report(at('multiline', key), `is no regex: ${fault}`);
  }
}

function patternFault(source: string | undefined): string | undefined {
  try {
    if (source !== undefined) new RegExp(source);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
