import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { NOW } from '../api/seed.ts';
import { CHROMIUM_SKIP, EVENTS, openPageWorld, type PageWorld, visit } from './browser.ts';

/** Longer than the page waits between two looks. */
const NEXT_LOOK_MS = 5100;

suite('What the script adds to the page', { skip: CHROMIUM_SKIP }, () => {
  let world: PageWorld;
  before(async () => {
    world = await openPageWorld();
  });
  after(() => world?.close());

  test('Times are in the reader’s zone, and its name is said', async () => {
    const { page, faults, close } = await visit(world, { timezoneId: 'Asia/Kolkata' });
    await page.goto('/');
    await page.locator('#zone', { hasText: /Asia\/(Kolkata|Calcutta)/ }).waitFor();
    await page.locator('.lines .when').first().filter({ hasText: '15:29:50.000' }).waitFor();
    await page.locator('.axis text').first().filter({ hasText: '14:30' }).waitFor();
    await page.locator('.plot a').last().hover();
    await page.locator('#readout', { hasText: /21 Nov 15:29:00: \d+ errors/ }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test('New lines come by themselves, an opened one stays, and an absent server is told', async () => {
    const { page, faults, close } = await visit(world);
    await page.clock.install();
    await page.goto('/');
    await page.locator('.lines summary').nth(1).click();
    await addLine(world, 'came later');
    await page.clock.runFor(NEXT_LOOK_MS);
    await page.locator('.number-tile b', { hasText: String(EVENTS.length + 1) }).waitFor();
    await page.locator('#live-state', { hasText: 'lines paused while you read one' }).waitFor();
    await page.locator('.lines details[open]').waitFor();
    assert.equal(await page.locator('.lines', { hasText: 'came later' }).count(), 0);

    await page.locator('.lines summary').nth(1).click();
    await page.evaluate('document.activeElement.blur()');
    await page.clock.runFor(NEXT_LOOK_MS);
    await page.locator('.lines', { hasText: 'came later' }).waitFor();
    assert.deepEqual(faults, []);

    await page.uncheck('#live');
    await addLine(world, 'while not live');
    await page.clock.runFor(NEXT_LOOK_MS);
    assert.equal(await page.locator('.lines', { hasText: 'while not live' }).count(), 0);
    await page.check('#live');
    await page.locator('.lines', { hasText: 'while not live' }).waitFor();

    await page.route('**/*', (route) => route.abort());
    await page.clock.runFor(NEXT_LOOK_MS);
    await page.locator('#live-state', { hasText: 'no answer from the server' }).waitFor();
    await close();
  });

  test('A page that looks at fixed times is not live', async () => {
    const { page, close } = await visit(world);
    await page.goto('/?range=custom&from=now-10m&to=now-5m');
    assert.equal(await page.locator('#live').isVisible(), false);
    await close();
  });

  test('The keyboard reaches the box, each bar and each line', async () => {
    const { page, faults, close } = await visit(world);
    await page.goto('/');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate('document.activeElement.id'), 'q');
    await page.locator('.plot a').first().focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('.plot a').nth(1).getAttribute('tabindex'), '0');
    await page.locator('#readout', { hasText: '09:01:00:' }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate("document.activeElement.closest('figcaption') !== null"), true);
    assert.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid');
    await page.locator('.lines summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.lines details[open]').waitFor();
    await page.locator('.plot a').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2026-11-21T09%3A01/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('An acknowledged alert says so, and a resolved one is gone, on the page one came from', async () => {
    const { page, faults, close } = await visit(world);
    await page.goto('/?q=service.name%3A+shop');
    await page.getByRole('button', { name: 'Acknowledge high-error-rate' }).click();
    await page.locator('#alerts', { hasText: 'acknowledged by page' }).waitFor();
    assert.equal(await page.inputValue('#q'), 'service.name: shop');
    await page.getByRole('button', { name: 'Resolve high-error-rate' }).click();
    await page.locator('.verdict', { hasText: 'Nothing is firing' }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});

let added = 0;

async function addLine({ store }: PageWorld, message: string): Promise<void> {
  added += 1;
  await store.client.create({
    index: 'logs-shop.api-default',
    id: `added-${added}`,
    refresh: true,
    document: { '@timestamp': new Date(NOW - added).toISOString(), message, log: { level: 'info', offset: 0 } },
  });
}
