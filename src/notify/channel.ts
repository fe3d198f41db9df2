import type { Static, TObject, TProperties } from 'typebox';
import { LogmillError } from '../errors.ts';
import type { Alert } from '../model/alert.ts';

/** Addresses of the page, and of the alert's events on it. */
export type Links = { readonly page: string; readonly alert: string };

/** What a person is told: an alert in its present state, with its texts ready. */
export type Notification = {
  readonly alert: Alert;
  /** One line. */
  readonly title: string;
  /** Several lines of plain text. */
  readonly text: string;
  /** Where people see more; absent where the page has no public address. */
  readonly links?: Links;
};

/** How a send ended. `reason` is for people and metrics and never holds a secret. */
export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Whether trying again can help; who sends decides that, the notifier does it. */
      readonly retryable: boolean;
      readonly reason: string;
      /** ms the other side asks to wait. */
      readonly retryAfter?: number;
    };

/** A way to people. Called for one notification at a time, in the order in which things happened. */
export type Channel = {
  /** Never rejects: whatever happens is a result. Stops early when the signal aborts. */
  send(notification: Notification, signal: AbortSignal): Promise<Sent>;
  close(): Promise<void>;
};

export type ChannelContext = {
  /** Writes one line where people watch the process. */
  print(line: string): void;
};

/** The description of a channel kind: plain data that can be printed and documented, apart from the channel it creates. */
export type ChannelKind<Properties extends TProperties = TProperties> = {
  readonly name: string;
  readonly summary: string;
  /** Keys of an entry in notify.yaml besides the common ones. */
  readonly options: Properties;
  /** Entries as they may stand in notify.yaml. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
  /** Opens nothing yet. Throws LogmillError when an option cannot be used (channelFault) or a secret cannot be read. */
  create(options: Static<TObject<Properties>>, context: ChannelContext): Channel;
};

/** Declares a kind with its options typed from their schema. */
export function defineChannel<Properties extends TProperties>(kind: ChannelKind<Properties>): ChannelKind<Properties> {
  return kind;
}

/** The error a kind throws from `create` when an option cannot be used; `detail` completes "<key> …". */
export function channelFault(key: string, detail: string): LogmillError {
  return new LogmillError('NOTIFY_INVALID', { key, detail }, { key });
}
