import type { ChannelKind } from './channel.ts';
import { consoleChannel } from './channels/console.ts';
import { email } from './channels/email.ts';
import { webhook } from './channels/webhook.ts';

/** Every channel kind, by name. The guard test holds this list and the files in channels/ together. */
export const CHANNEL_KINDS: ReadonlyMap<string, ChannelKind> = new Map(
  [consoleChannel, email, webhook].map((kind) => [kind.name, kind as ChannelKind]),
);
