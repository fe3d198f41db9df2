import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Store } from '../../src/store/client.ts';
import { type Seeded, seedDocuments } from '../api/seed.ts';
import { ledgerEntry, openSeededStore, testServer } from '../api/test-server.ts';
import { findChromium } from '../lanes.ts';

export const CHROMIUM_SKIP = findChromium() === undefined ? 'no Chromium here' : false;

/** What the page counts: everything but what logmill writes about itself. */
export const EVENTS: readonly Seeded[] = seedDocuments().filter(({ index }) => !index.startsWith('logs-logmill.'));
export const FILES = [
  ledgerEntry('/srv/shop/api.log', 364, 4),
  ledgerEntry('/var/log/auth.log', 25),
  ledgerEntry('/var/log/nginx/access.log', 1120),
];

/** A Chromium and a server over the seeded hour. */
export type PageWorld = {
  readonly store: Store;
  readonly url: string;
  readonly browser: Browser;
  stopServer(): Promise<void>;
  close(): Promise<void>;
};

export async function openPageWorld(): Promise<PageWorld> {
  const store = await openSeededStore();
  const server = testServer(store, { agent: { files: () => FILES } });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const browser = await chromium.launch({ executablePath: findChromium() ?? '' });
  return {
    store,
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    browser,
    stopServer: () => server.close(),
    close: async () => {
      await browser.close();
      await server.close();
      await store.close();
    },
  };
}

/** A page, and all that went wrong on it: console messages, refused content, failed or foreign requests. */
export type Visit = { readonly page: Page; readonly faults: string[]; close(): Promise<void> };

export async function visit(world: PageWorld, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await world.browser.newContext({ baseURL: world.url, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('console', (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`script: ${error}`));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== world.url) faults.push(`another origin: ${request.url()}`);
  });
  return { page, faults, close: () => context.close() };
}

/** Nothing sticks out to the side: people on phones scroll in one direction. */
export async function checkWidth(page: Page): Promise<void> {
  const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  assert.ok(over <= 0, `${over} px too wide at ${page.url()}`);
}

/** Counts the seeded events that `test` takes. */
export function countEvents(test: (document: Seeded['document'], at: number) => boolean): number {
  return EVENTS.filter(({ document }) => test(document, Date.parse(document['@timestamp']))).length;
}

/** An error as the contracts define it. */
export function isError(document: Seeded['document']): boolean {
  const { log, error, http } = document as {
    log?: { level?: string };
    error?: { grouping_key?: string };
    http?: { response: { status_code: number } };
  };
  return (
    ['error', 'fatal'].includes(log?.level ?? '') ||
    error?.grouping_key !== undefined ||
    (http?.response.status_code ?? 0) >= 500
  );
}

export function serviceOf(document: Seeded['document']): string | undefined {
  return (document['service'] as { name: string } | undefined)?.name;
}
