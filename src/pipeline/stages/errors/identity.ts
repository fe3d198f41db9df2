import { hash } from 'node:crypto';
import { isLibrary } from './libraries.ts';
import { isMinified, readableName, sourcePlace } from './source-path.ts';
import { messageTemplate } from './template.ts';
import type { Exception, Frame, Trace } from './trace.ts';

/** What the options of the stage add to the list of libraries, and take from it: beginnings of functions or parts of files. */
export type Ownership = { readonly application: readonly string[]; readonly libraries: readonly string[] };

/** What makes an exception the same as another one. */
export type Identity = {
  readonly key: string;
  /** First function of the application itself, without lines; undefined where the trace has none. */
  readonly culprit: string | undefined;
};

/** Functions of the application that count; deeper ones are a matter of who called. */
const MOST_FUNCTIONS = 8;
/** Languages whose functions are qualified: the file says nothing more. */
const QUALIFIED = new Set(['java', 'dotnet', 'go', 'rust']);
/** What a language throws when the program says no type: the message has to tell them apart. */
const UNTYPED = new Set(['', 'panic', 'fatal error', 'runtime error', 'Fatal Python error']);

/**
 * The key is made of the types of what was thrown and of its causes, with the application's functions on the way,
 * from the root outwards. Where there is none, or a language has no types, the template of the message is added.
 * @param type `error.type` of the event, which is the same all through a group. @param message its `error.message`.
 */
export function identify(trace: Trace, ownership: Ownership, type: string, message: string): Identity {
  const functions = new Set<string>();
  let culprit: string | undefined;
  let named = false;
  const { chain, language } = trace;
  const thrown = chain[0]!;
  const root = chain[chain.length - 1]!;
  for (let at = chain.length - 1; at >= 0; at--) {
    for (const frame of chain[at]!.frames) {
      if (functions.size >= MOST_FUNCTIONS) break;
      if (!isOwn(language, frame, ownership)) continue;
      const place = placeOf(language, frame);
      culprit ??= place.text;
      named ||= place.named;
      functions.add(place.text);
    }
  }
  const rootType = root.type === '' && chain.length === 1 ? type : root.type;
  const types = new Set([type, ...chain.slice(1).map((exception) => exception.type), rootType].map(cleanType));
  const parts = ['trace', [...types].join(' '), systemCode(language, root), ...functions];
  if (!named || UNTYPED.has(rootType)) {
    parts.push(messageTemplate(root.message === '' ? message : root.message));
    if (chain.length > 1 && !named) parts.push(messageTemplate(thrown.message));
  }
  return { key: groupingKey(parts), culprit };
}

function isOwn(language: string, frame: Frame, { application, libraries }: Ownership): boolean {
  if (frame.native) return false;
  if (application.length > 0 && application.some((start) => begins(frame, start))) return true;
  if (libraries.length > 0 && libraries.some((start) => begins(frame, start))) return false;
  return !isLibrary(language, frame);
}

function begins({ fn, file }: Frame, start: string): boolean {
  return fn.startsWith(start) || (start.includes('/') && file.replaceAll('\\', '/').includes(start));
}

/** How a frame is called, and whether that tells it from others: short names of a minified file do not. */
function placeOf(language: string, { fn, file }: Frame): { text: string; named: boolean } {
  if (QUALIFIED.has(language) && /[.:]/.test(fn)) return { text: fn, named: true };
  const minified = isMinified(file);
  const name = minified ? readableName(fn) : fn;
  const place = sourcePlace(file);
  const text = name === '' ? place : place === '' ? name : `${name} (${place})`;
  return { text, named: name !== '' || (!minified && place !== '') };
}

/** Node throws plain errors for what the system refuses; the code is their type: `connect ECONNREFUSED …`, `ENOENT: …`. */
function systemCode(language: string, { type, message }: Exception): string {
  return language === 'javascript' && type === 'Error'
    ? (/\bE[A-Z]{3,15}\b/.exec(message.slice(0, 200))?.[0] ?? '')
    : '';
}

/** A class that was made while running has a number or a hash in its name. */
function cleanType(type: string): string {
  return type
    .replace(/\$\$.*$/, '')
    .replace(/\$\d+$/, '$')
    .replace(/@anonymous.*$/, '@anonymous');
}

/** The frames as people read them: function, file and line, from the innermost outwards, causes last. */
export function describeFrames({ chain }: Trace, most: number): string[] {
  const texts: string[] = [];
  for (const { frames } of chain) {
    for (const { fn, file, line } of frames) {
      if (texts.length >= most) return texts;
      const place = line > 0 ? `${file}:${line}` : file;
      texts.push(fn === '' ? place : place === '' ? fn : `${fn} (${place})`);
    }
  }
  return texts;
}

/** A short stable key of the parts, 16 hex digits. */
export function groupingKey(parts: readonly string[]): string {
  return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 16);
}
