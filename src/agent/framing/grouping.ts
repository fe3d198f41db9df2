import type { Multiline } from '../../config/multiline.ts';
import { ANY_TRACE } from './any-trace.ts';
import { ROWS } from './rows.ts';
import { type Grouping, traceGrouping } from './traces.ts';

const INDENTED = /^[ \t]/;

/** How `multiline` makes events of lines; not for mode `none`. */
export function groupingOf(multiline: Multiline): Grouping {
  if (multiline.mode === 'csv') return ROWS;
  if (multiline.mode === 'traces') return ANY_TRACE;
  if (multiline.mode !== undefined && multiline.mode !== 'none') return traceGrouping(multiline.mode);
  if (multiline.start !== undefined) {
    const start = new RegExp(multiline.start);
    return byLine((text) => !start.test(text));
  }
  const continuation = multiline.continuation === undefined ? INDENTED : new RegExp(multiline.continuation);
  return byLine((text) => continuation.test(text));
}

/** Each line says by itself whether it goes on with the event before it. */
function byLine(isContinuation: (text: string) => boolean): Grouping {
  const growing = { takes: isContinuation };
  return { isContinuation, open: () => growing };
}
