import { type Exception, exceptionOf, linesOf, type Trace } from './trace.ts';

/** A qualified class, or one whose name says what it is. Its end is that of the line, or a colon and the message. */
const HEAD =
  /^((?:[A-Za-z_$][\w$]{0,100}(?:\.|::|\\)){1,20}[A-Za-z_$][\w$`+]{0,200}|[A-Z][\w$]{0,200}(?:Exception|Error|Throwable|Failure|Interrupt|Exit))(?::(?: (.*))?)?$/;
const CAUSE = /^\s{0,8}(?:Caused by:|Wrapped by:|--->) (.{1,2000})$/;

/**
 * An exception without frames, in a text that can be nothing but a stack trace: many libraries and loggers print none of
 * errors that are part of their protocol, and of errors that were never thrown there are none.
 */
export function findBare(text: string): Trace | undefined {
  const lines = linesOf(text);
  if (!HEAD.test(lines[0]!)) return undefined;
  const chain: Exception[] = [exceptionOf(HEAD, lines[0]!)];
  for (const line of lines.slice(1)) {
    const cause = CAUSE.exec(line);
    if (cause !== null) chain.push(exceptionOf(HEAD, cause[1]!));
    else if (!/^\s{0,8}\.\.\. \d/.test(line)) chain[chain.length - 1]!.message += `\n${line}`;
  }
  for (const exception of chain) exception.message = exception.message.trim();
  return { language: 'none', first: 0, chain };
}
