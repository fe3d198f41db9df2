import { pino } from 'pino';

/*
 * An application that logs events of four numbered lines, one line at a time, until SIGTERM and opens its file anew at
 * SIGHUP. Says each hundred lines on stdout, and the number of all at the end.
 */
const LINES = 4;
const [file = ''] = process.argv.slice(2);
const destination = pino.destination({ dest: file, sync: true });
let written = 0;
const timer = setInterval(() => {
  destination.write(`${written % LINES === 0 ? 'ERROR event' : '\tat line'} <${written}>\n`);
  written++;
  if (written % 100 === 0) process.stdout.write(`${written}\n`);
}, 1);
process.on('SIGHUP', () => {
  destination.reopen();
  process.stdout.write('reopened\n');
});
process.on('SIGTERM', () => {
  clearInterval(timer);
  process.stdout.write(`all ${written}\n`, () => process.exit(0));
});
