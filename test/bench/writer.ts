import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Writes the lines of a file at a steady pace into another: `node writer.ts FROM TO LINES_PER_SECOND SECONDS`. Each line's
 * `time` is that of its writing.
 */
const [from = '', to = '', rate = '1', seconds = '1'] = process.argv.slice(2);
const TICK_MS = 10;
const lines = readFileSync(from, 'latin1')
  .split('\n', 100_000)
  .filter((line) => line !== '');
const perMs = Number(rate) / 1000;
const descriptor = openSync(to, 'a');
const started = performance.now();
let written = 0;

function tick(): void {
  const passed = Math.min(performance.now() - started, Number(seconds) * 1000);
  const due = Math.floor(passed * perMs);
  const now = Date.now();
  let text = '';
  for (; written < due; written++) text += `${lines[written % lines.length]!.replace(/"time":\d+/, `"time":${now}`)}\n`;
  if (text !== '') writeSync(descriptor, text, null, 'latin1');
  if (passed >= Number(seconds) * 1000) closeSync(descriptor);
  else setTimeout(tick, TICK_MS);
}

tick();
