import { cleanName } from './node.ts';
import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** JavaScript as Firefox and Safari print it: `function@file:line:column`, mostly without a head. */
const PLACE =
  /^((?:https?|file|resource|chrome|moz-extension|safari-extension|safari-web-extension|webpack|webpack-internal|app|blob|capacitor|ionic|wasm|user-script):.{0,1500}?|\/[^\s:]{1,1000}|\w:\\[^:]{1,1000}|debugger eval code|self-hosted|.{1,300} line \d+ > [\w ]{1,20}):(\d+)(?::\d+)?$/;
/** A function of WebAssembly and the byte in its module. */
const WASM = /^(.{1,1500}):wasm-function\[\d{1,9}\]:0x[0-9a-f]{1,16}$/;
const HEAD = /^(?:Uncaught (?:\(in promise\) )?)?([A-Za-z_$][\w$.]{0,200}): (.*)$/;
/** After what a logger or Safari's console wrote before it. */
const LATER_HEAD = /[\s:\]>)]([A-Z][\w$.]{0,200}(?:Error|Exception)): (.*)$/;
const CAUSE = /^\s*[Cc]aused by: (.*)$/;

export const browser: Language = {
  name: 'browser',
  recognises: (line) => browserFrame(line) !== undefined,
  parse(lines, at) {
    const above = lines[at - 1] ?? '';
    const head = HEAD.exec(above) ?? LATER_HEAD.exec(above);
    const thrown: Exception = { type: head?.[1] ?? '', message: head?.[2]?.trim() ?? '', frames: [] };
    const chain = [thrown];
    for (const line of lines.slice(at)) {
      const found = browserFrame(line);
      if (found !== undefined) {
        chain[chain.length - 1]!.frames.push(found);
        continue;
      }
      const cause = CAUSE.exec(line);
      if (cause === null) continue;
      const match = HEAD.exec(cause[1]!);
      chain.push({ type: match?.[1] ?? '', message: match?.[2] ?? cause[1]!, frames: [] });
    }
    return { first: head === null ? at : at - 1, chain };
  },
};

function browserFrame(line: string): Frame | undefined {
  const at = line.indexOf('@');
  if (at < 0 || at > 500) return undefined;
  const place = line.slice(at + 1);
  const fn = cleanBrowser(line.slice(0, at).trim());
  if (place === '[native code]' || place === '[wasm code]') return frame(fn, '', 0, true);
  const wasm = WASM.exec(place);
  if (wasm !== null) return frame(fn, wasm[1]!, 0, /^wasm-function\[\d/.test(fn));
  const match = PLACE.exec(place);
  if (match === null || / (?:at|by|to|from)$/.test(line.slice(0, at))) return undefined;
  const file = match[1]!.replace(/ line \d+ > .*$/, '');
  return frame(fn, file === 'self-hosted' ? '' : file, match[2], file === 'self-hosted');
}

/** Without how it was called (`async*`), and without Firefox's names for functions that have none (`add/<`). */
function cleanBrowser(name: string): string {
  const called = name.slice(name.lastIndexOf('*') + 1).replace(/(?:\/?<)+$/, '');
  return /^(?:(?:global|module|eval) code|anonymous)$/.test(called) ? '' : cleanName(called);
}
