import { stringify } from 'yaml';
import { optionTable } from '../config/option-table.ts';
import type { ChannelKind } from './channel.ts';
import { CHANNEL_KEYS } from './load.ts';
import { CHANNEL_KINDS } from './registry.ts';
import { TEXT_NAMES } from './texts.ts';

const PREAMBLE = `<!-- Generated from src/notify/ by \`npm run generate\`. Do not edit. -->
# Notifications

\`notify:\` in the configuration names one YAML file with a list \`channels\`. Without it alerts are printed.

- A channel is told when an alert fires, has no data, cannot be evaluated, or is over; never twice the same, also over
  restarts: what was told is kept in the index \`logmill-state\`.
- A send that may work later (network, 429, 5xx) is repeated with growing pauses, after eight attempts every ten minutes
  for as long as the alert is open; one that cannot is given up, logged and counted in \`logmill_notifications_total\`.
  The end of an alert whose beginning was given up is not sent. A title that comes out empty is replaced; it never costs a notification.
- Secrets are text (usually \`\${NAME}\`) or \`{ file: PATH }\`; they are never printed.
`;

/** The page about channels, from the descriptions in code; the path counts from the checkout. */
export function notifyReference(): { path: string; content: string }[] {
  const parts = [
    PREAMBLE,
    '## Keys of every channel\n',
    `${optionTable(CHANNEL_KEYS)}\n`,
    `Placeholders of \`title\`: ${TEXT_NAMES.map((name) => `\`${name}\``).join(', ')}.\n`,
    ...[...CHANNEL_KINDS.values()].map(kindSection),
  ];
  return [{ path: 'docs/reference/notifications.md', content: parts.join('\n') }];
}

function kindSection(kind: ChannelKind): string {
  const options = Object.keys(kind.options).length === 0 ? 'No keys of its own.' : optionTable(kind.options);
  const example = stringify({ channels: kind.examples }).trimEnd();
  return [`## kind: ${kind.name}\n`, `${kind.summary}\n`, `${options}\n`, `\`\`\`yaml\n${example}\n\`\`\`\n`].join(
    '\n',
  );
}
