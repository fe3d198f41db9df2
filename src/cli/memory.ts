/** After the start: what is compiled and read first has come by then. */
const AFTER_MS = 5000;

/**
 * Starting leaves more garbage than the process keeps, and V8 gives memory back only under pressure, which an idle
 * process never knows. So it is asked to, once. Without the launcher's --expose-gc nothing happens.
 */
export function giveBackGarbage(): void {
  setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), AFTER_MS).unref();
}
