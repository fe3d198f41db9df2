import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Alert } from '../model/alert.ts';
import { compileTemplate, type Template } from '../model/template.ts';
import { failureFields } from '../store/client.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Channel, Links, Sent } from './channel.ts';
import { decide, isNews } from './dedupe.ts';
import { GivenUp } from './given-up.ts';
import type { ChannelConfig, NotifyConfig } from './load.ts';
import { CHANNEL_KINDS } from './registry.ts';
import { notificationOf } from './texts.ts';
import { type Entry, isOver, ToldRecords } from './told-records.ts';

export type NotifierOptions = {
  readonly client: Client;
  readonly config: NotifyConfig;
  /** Clock, ms since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Waits so many ms, or until the signal aborts; tests need not wait. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
  /** Where people see more of an alert; left out where the page has no public address. */
  readonly linksOf?: (alert: Alert) => Links;
  /** Where the console channel writes; standard output when left out. */
  readonly print?: (line: string) => void;
};

export type Notifier = {
  /**
   * Tells every channel that takes the alert, in order, and never twice the same; resolves when each has taken it or
   * was given up on. What was given up is tried again every ten minutes. Need not be waited for. Never rejects.
   */
  notify(alerts: readonly Alert[]): Promise<void>;
  /** Stops waiting between attempts; what was not sent is told after the next start. */
  close(): Promise<void>;
};

const MOST_ATTEMPTS = 8;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 120_000;
const FORGET_EVERY_MS = 86_400_000;

type Line = {
  readonly config: ChannelConfig;
  readonly channel: Channel;
  readonly title: Template;
  readonly givenUp: GivenUp;
  tail: Promise<void>;
};

/** Opens the channels. Throws LogmillError when a channel cannot be made, e.g. its secret cannot be read. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { log, telemetry, now, random = Math.random } = options;
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  const print = options.print ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const records = new ToldRecords(options.client);
  const closing = new AbortController();
  const lines = options.config.channels.map((config) => {
    const line: Line = {
      config,
      channel: CHANNEL_KINDS.get(config.kind)!.create(config.options as never, { print }),
      title: compileTemplate(config.title),
      givenUp: new GivenUp({ wait, signal: closing.signal, retry: (alerts) => retry(line, alerts) }),
      tail: Promise.resolve(),
    };
    return line;
  });
  let forgotten = Number.NEGATIVE_INFINITY;

  /** Tells in at most `most` attempts, unless it is no news. */
  async function tell({ config, channel, title, givenUp }: Line, alert: Alert, most: number): Promise<void> {
    const before = await lastTold(config.name, alert);
    const decision = decide(before?.told, alert, before?.last.ok === false ? before.last.alert : undefined);
    givenUp.drop(alert.id);
    if (!isNews(decision)) {
      telemetry.notifications.inc({ channel: config.name, result: decision });
      return;
    }
    const { sent, attempts } = await trySending(config.name, most, () =>
      channel.send(notificationOf(alert, title, options.linksOf?.(alert)), closing.signal),
    );
    if (!sent.ok && closing.signal.aborted) return;
    telemetry.notifications.inc({ channel: config.name, result: sent.ok ? 'sent' : 'failed' });
    const fields = { channel: config.name, alert: alert.id, rule: alert.rule.name, state: alert.state, attempts };
    if (sent.ok) log.info(fields, 'notification sent');
    else log.error({ ...fields, reason: sent.reason }, 'notification given up');
    const told = sent.ok ? { alert: alert.id, state: alert.state, at: alert.updated_at } : before?.told;
    const last = { alert: alert.id, ok: sent.ok, attempts, ...(sent.ok ? {} : { reason: sent.reason }) };
    await remember(config.name, alert, { told, last });
    if (!sent.ok && sent.retryable) givenUp.add(alert);
  }

  /** One attempt at each alert given up that still matters, in the line's turn; none after one that fails again. */
  async function retry(line: Line, alerts: readonly Alert[]): Promise<void> {
    let failing = false;
    for (const alert of alerts) {
      enqueue(line, async () => {
        if (failing || closing.signal.aborted || !line.givenUp.has(alert)) return;
        if (await isOver(options.client, alert)) line.givenUp.drop(alert.id);
        else await tell(line, alert, 1);
        failing = line.givenUp.has(alert);
      });
    }
    await line.tail;
  }

  function enqueue(line: Line, work: () => Promise<void>): void {
    line.tail = line.tail.then(work).catch((error: unknown) => {
      log.error({ ...failureFields(error), channel: line.config.name }, 'notification failed');
    });
  }

  /** Sends until it works, it cannot, or it was tried often enough. */
  async function trySending(
    name: string,
    most: number,
    send: () => Promise<Sent>,
  ): Promise<{ sent: Sent; attempts: number }> {
    for (let attempts = 1; ; attempts++) {
      const sent = await send();
      if (sent.ok || !sent.retryable || attempts === most || closing.signal.aborted) return { sent, attempts };
      telemetry.notifications.inc({ channel: name, result: 'retried' });
      const backoff = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
      await wait(sent.retryAfter ?? backoff * (0.5 + random() / 2), closing.signal).catch(() => undefined);
    }
  }

  /** A store that does not answer must not keep an alert from people. */
  async function lastTold(channel: string, alert: Alert): Promise<Entry | undefined> {
    try {
      return await records.read(channel, alert);
    } catch (error) {
      log.warn({ ...failureFields(error), channel }, 'cannot read what was told before; telling it');
      return undefined;
    }
  }

  async function remember(channel: string, alert: Alert, entry: Entry): Promise<void> {
    try {
      await records.write(channel, alert, entry, now());
      if (now() - forgotten < FORGET_EVERY_MS) return;
      forgotten = now();
      await records.forgetOld(now());
    } catch (error) {
      log.warn(
        { ...failureFields(error), channel },
        'cannot record what was told; it may be told again after a restart',
      );
    }
  }

  return {
    async notify(alerts) {
      for (const alert of alerts) {
        for (const line of lines) {
          line.givenUp.drop(alert.id);
          if (takes(line.config, alert)) enqueue(line, () => tell(line, alert, MOST_ATTEMPTS));
        }
      }
      await Promise.all(lines.map(({ tail }) => tail));
    },
    async close() {
      closing.abort();
      await Promise.all(lines.map(({ tail }) => tail));
      await Promise.all(lines.map(({ givenUp }) => givenUp.stopped()));
      await Promise.all(lines.map(({ channel }) => channel.close()));
    },
  };
}

/** What is pending or inactive is no news; what is over only where the channel wants to hear it. */
function takes(config: ChannelConfig, { severity, state }: Alert): boolean {
  if (state === 'pending' || state === 'inactive') return false;
  return config.severity.includes(severity) && (config.resolved || state !== 'resolved');
}
