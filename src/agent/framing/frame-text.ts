import type { Multiline } from '../../config/multiline.ts';
import type { Line } from '../../model/line.ts';
import { type Framing, framingOf } from './framer.ts';

/** How lines of a text are framed that no input names, as those of a file in UTF-8. */
export function textFraming(multiline?: Multiline): Framing {
  return framingOf({
    name: 'text',
    files: ['text'],
    start: 'beginning',
    encoding: 'utf-8',
    max_line_bytes: '1MB',
    ...(multiline === undefined ? {} : { multiline }),
  });
}

/**
 * The events that the lines of a text are, as those of a file would be whose pipeline has this `multiline`; without it
 * every line is one. For test cases and samples, which are in no file.
 */
export function framedText(text: string, multiline: Multiline | undefined): readonly Line[] {
  const bytes = Buffer.from(text);
  return textFraming(multiline)
    .of(bytes)
    .frame(bytes, 0, { keyAt: () => '', closes: true, ends: true }).lines;
}
