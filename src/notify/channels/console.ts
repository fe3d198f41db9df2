import { defineChannel } from '../channel.ts';

/** Characters that would let a log line move the cursor or fake another line. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** One line where the process was started. */
export const consoleChannel = defineChannel({
  name: 'console',
  summary: 'Prints one line on the standard output of logmill.',
  options: {},
  examples: [{ name: 'console', kind: 'console' }],
  create: (_options, { print }) => ({
    async send({ alert, title }) {
      const sample = alert.state === 'firing' && alert.sample !== undefined ? `: ${alert.sample}` : '';
      print(`${alert.updated_at} ${alert.severity.toUpperCase()} ${title}${sample}`.replace(CONTROL, ' '));
      return { ok: true };
    },
    close: async () => {},
  }),
});
