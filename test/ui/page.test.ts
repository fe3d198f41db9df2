import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { NOW } from '../api/seed.ts';
import {
  CHROMIUM_SKIP,
  checkWidth,
  countEvents,
  EVENTS,
  isError,
  openPageWorld,
  type PageWorld,
  serviceOf,
  visit,
} from './browser.ts';

const MINUTE_MS = 60_000;
const READERS = [
  { name: 'at 1280 px', viewport: { width: 1280, height: 860 }, javaScriptEnabled: true },
  { name: 'at 390 px', viewport: { width: 390, height: 844 }, javaScriptEnabled: true },
  { name: 'at 1280 px without a script', viewport: { width: 1280, height: 860 }, javaScriptEnabled: false },
  { name: 'at 390 px without a script', viewport: { width: 390, height: 844 }, javaScriptEnabled: false },
];

let world: PageWorld;
before(async () => {
  if (CHROMIUM_SKIP === false) world = await openPageWorld();
});
after(() => world?.close());

for (const { name, ...options } of READERS) {
  suite(`The page in Chromium ${name}`, { skip: CHROMIUM_SKIP }, () => {
    let page: Page;
    let end: () => Promise<void>;
    before(async () => {
      const opened = await visit(world, options);
      page = opened.page;
      end = async () => {
        assert.deepEqual(opened.faults, []);
        await opened.close();
      };
    });
    after(() => end());

    test('shows what a plain loop over the events counts', async () => {
      await page.goto('/');
      await checkWidth(page);
      assert.equal(await tile(page, 'Events'), String(EVENTS.length));
      assert.equal(await tile(page, 'Errors'), String(countEvents(isError)));
      assert.equal(await tile(page, 'Error groups'), '2');
      assert.equal(await tile(page, 'Open alerts'), '1');
      assert.equal(await tile(page, 'Files read'), '3');
      assert.equal(await tile(page, 'Rejected lines'), '4');
      for (const service of ['shop', 'checkout', 'search', 'web']) {
        const here = countEvents((document) => serviceOf(document) === service);
        const wrong = countEvents((document) => serviceOf(document) === service && isError(document));
        assert.deepEqual((await cells(page, '#services', service)).slice(0, 2), [String(here), String(wrong)]);
      }
      await page.locator('.verdict', { hasText: /1 alert since .*critical: high-error-rate in shop/s }).waitFor();
    });

    test('finds by KQL what is asked for', async () => {
      await page.fill('#q', 'log.level: error and service.name: shop');
      await page.press('#q', 'Enter');
      await page.waitForURL(/and\+service/);
      await checkFound(page, (document) => isError(document) && serviceOf(document) === 'shop');
    });

    test('marks a syntax error at its column', async () => {
      await page.fill('#q', 'log.level: (error and');
      await page.press('#q', 'Enter');
      await page.waitForSelector('.fault');
      await checkWidth(page);
      await page.locator('.fault p', { hasText: /Column 22/ }).waitFor();
      assert.equal(await page.textContent('.fault .unseen'), 'log.level: (error and');
      const [before, mark] = await Promise.all([
        page.locator('.unseen').boundingBox(),
        page.locator('.fault pre b').boundingBox(),
      ]);
      assert.equal(Math.round(mark?.x ?? 0), Math.round((before?.x ?? 0) + (before?.width ?? 0)));
      if (options.javaScriptEnabled)
        assert.equal(await page.evaluate("document.getElementById('q').selectionStart"), 21);
    });

    test('goes to the time of a bar of the histogram', async () => {
      await page.goto('/');
      const bar = page.locator('.plot a').last();
      const start = Date.parse((await bar.getAttribute('data-at')) ?? '');
      assert.equal(start, NOW - MINUTE_MS);
      await bar.click();
      await page.waitForURL(/range=custom/);
      await checkFound(page, (_, at) => at >= start && at < start + MINUTE_MS);
    });

    test('goes to the events of an error group, of a level, of a service', async () => {
      await page.goto('/');
      await page.click('.groups a:has-text("TypeError")');
      await checkFound(page, ({ error }) => (error as { type?: string } | undefined)?.type === 'TypeError');
      await page.goto('/');
      await page.click('a.legend:has-text("errors")');
      await checkFound(page, isError);
      await page.click('#services a:has-text("web")');
      await checkFound(page, (document) => isError(document) && serviceOf(document) === 'web');
    });

    test('opens a line to all its fields, and takes one of them for the search', async () => {
      await page.goto('/?q=error.type%3A+TypeError');
      await page.locator('.lines summary').first().click();
      const row = (field: string) => page.locator('.lines details[open] tr').filter({ hasText: field }).first();
      await row('service.name').getByRole('button', { name: /^Only/ }).waitFor();
      await checkWidth(page);
      await row('error.grouping_key')
        .filter({ hasText: /group-price/ })
        .waitFor();
      await row('event.duration')
        .filter({ hasText: /0000000 = \d+ ms/ })
        .waitFor();
      await row('service.name')
        .getByRole('button', { name: /^Without/ })
        .click();
      await page.waitForURL(/and=not/);
      assert.equal(await page.inputValue('#q'), 'error.type: TypeError and not service.name: "shop"');
      await page.locator('#lines', { hasText: /Nothing in this range matches/ }).waitFor();
    });

    test('goes to exact times, and on to what was before', async () => {
      await page.goto('/');
      assert.equal(await page.locator('#from').isVisible(), false);
      await page.selectOption('#range', 'custom');
      await page.fill('#from', 'now-10m');
      await page.fill('#to', '2026-11-21T09:55');
      await page.click('button.primary');
      await page.waitForURL(/now-10m/);
      await checkFound(page, (_, at) => at >= NOW - 10 * MINUTE_MS && at < NOW - 5 * MINUTE_MS);
      await page.click('.span a[aria-label="Earlier"]');
      await checkFound(page, (_, at) => at >= NOW - 15 * MINUTE_MS && at < NOW - 10 * MINUTE_MS);
    });

    test('shows open alerts with their events, and what is being read', async () => {
      await page.goto('/');
      await page.locator('#alerts', { hasText: /critical\s*high-error-rate.*12\.4%.*Acknowledge.*Resolve/s }).waitFor();
      assert.deepEqual(await cells(page, '#reading', '/var/log/nginx/access.log'), [
        'json',
        '1,120',
        '1,120',
        '0',
        '0',
        '0',
        'none',
      ]);
      assert.deepEqual((await cells(page, '#reading', '/srv/shop/api.log')).slice(1, 4), ['364', '360', '4']);
      const path = await page.getByRole('link', { name: '/srv/shop/api.log' }).boundingBox();
      assert.ok((path?.height ?? 99) < 50, 'the path is readable');
      await page.click('#alerts li a:has-text("12.4%")');
      await checkFound(page, (document, at) => at >= NOW - 5 * MINUTE_MS && serviceOf(document) === 'shop');
    });
  });
}

/** The count above the lines and the tile say the same as the loop, and nothing is too wide. */
async function checkFound(page: Page, expected: Parameters<typeof countEvents>[0]): Promise<void> {
  const count = countEvents(expected);
  await page.locator('#lines p', { hasText: new RegExp(`^${count} events?,`) }).waitFor();
  assert.equal(await tile(page, 'Events'), String(count));
  // The lines follow what is said above them.
  await page.waitForFunction(`document.querySelectorAll('.lines > li').length === ${Math.min(50, count)}`);
  await checkWidth(page);
}

function tile(page: Page, name: string): Promise<string | null> {
  return page
    .locator('.number-tile', { has: page.getByText(name, { exact: true }) })
    .locator('b')
    .textContent();
}

/** The cells of the row with this heading. */
async function cells(page: Page, section: string, heading: string): Promise<string[]> {
  const rows = page
    .locator(`${section} tbody tr`)
    .filter({ has: page.getByRole('link', { name: heading, exact: true }) });
  return (await rows.locator('td').allTextContents()).map((text) => text.trim());
}
