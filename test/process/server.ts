import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertsAnswer } from '../../src/api/contract/alerts.ts';
import type { ErrorGroupsAnswer } from '../../src/api/contract/error-groups.ts';
import type { LedgerAnswer } from '../../src/api/contract/ledger.ts';
import type { SearchAnswer } from '../../src/api/contract/search.ts';
import type { SecurityAnswer } from '../../src/api/contract/security.ts';
import type { Running } from './command.ts';

/** How long something that takes about a second may take on a busy machine. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;

type Answers = {
  readonly search: SearchAnswer;
  readonly ledger: LedgerAnswer;
  readonly alerts: AlertsAnswer;
  readonly security: SecurityAnswer;
  readonly 'error-groups': ErrorGroupsAnswer;
};

/** A running `up` or `serve` as its users reach it. */
export type Server = {
  readonly url: string;
  /** Asks the API and fails unless it answers 200. */
  ask<Name extends keyof Answers>(name: Name, query?: Readonly<Record<string, string>>): Promise<Answers[Name]>;
};

/** Waits until the whole banner is printed, and reads the address off it. */
export async function serverOf(running: Running): Promise<Server> {
  await running.until(/^ +search /m);
  const [url] = await running.until(/http:\/\/127\.0\.0\.1:\d+\//);
  return {
    url,
    async ask(name, query = {}) {
      const answer = await fetch(`${url}api/v1/${name}?${new URLSearchParams(query)}`);
      const body = await answer.text();
      assert.equal(answer.status, 200, body);
      return JSON.parse(body);
    },
  };
}

/** Polls until the look gives something; fails with what was waited for when the patience is over. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  for (const end = Date.now() + patienceMs; ; ) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
