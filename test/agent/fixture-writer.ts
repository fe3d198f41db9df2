import { pino } from 'pino';

/*
 * An application that logs numbered lines with pino until SIGTERM and opens its file anew at SIGHUP, as one under
 * logrotate does. Says each hundred lines on stdout, and the number of all at the end.
 */
const EVERY_MS = 1;
const [file = ''] = process.argv.slice(2);
const destination = pino.destination({ dest: file, sync: true });
const log = pino(destination);
let written = 0;
const timer = setInterval(() => {
  log.info({ number: written }, 'line %d', written);
  written++;
  if (written % 100 === 0) process.stdout.write(`${written}\n`);
}, EVERY_MS);
process.on('SIGHUP', () => {
  destination.reopen();
  process.stdout.write('reopened\n');
});
process.on('SIGTERM', () => {
  clearInterval(timer);
  process.stdout.write(`all ${written}\n`, () => process.exit(0));
});
