import type { Static } from 'typebox';
import type { MultilineSchema } from '../../config/multiline.ts';
import { type Grouping, traceGrouping } from './traces.ts';

const INDENTED = /^[ \t]/;

/** How an input's `multiline` makes events of lines. */
export function groupingOf(multiline: Static<typeof MultilineSchema>): Grouping {
  if (multiline.mode !== undefined) return traceGrouping(multiline.mode);
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
