import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { NOW } from '../api/seed.ts';
import { CHROMIUM_SKIP, checkWidth, openPageWorld, type PageWorld, visit } from './browser.ts';
import { ALL_HOSTILE } from './hostile.ts';

/** WCAG AA: text of less than 24 px, or 18.7 px bold. */
const LEAST_CONTRAST = 4.5;
/** What web.dev calls good is 0.1; this page has no reason to move at all. */
const MOST_SHIFT = 0.01;

/** Every visible text that stands out too little from the ground it lies on, computed in the page. */
const FAINT = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const style = getComputedStyle(element);
    if (!own || style.visibility === 'hidden' || element.getClientRects().length === 0) continue;
    const [ink, paper] = [light(element instanceof SVGElement ? style.fill : style.color), light(ground(element))];
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (contrast < ${LEAST_CONTRAST}) faint.push(element.className + ' ' + element.textContent.slice(0, 30) + ' ' + contrast.toFixed(2));
  }
  return faint;
})()`;
const SHIFT = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const { value } of list.getEntries()) sum += value; }).observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})`;

suite('How the page looks', { skip: CHROMIUM_SKIP }, () => {
  let world: PageWorld;
  before(async () => {
    world = await openPageWorld();
    await addHostileLine(world);
  });
  after(() => world?.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every text can be read in the ${colorScheme} scheme`, async () => {
      const { page, close } = await visit(world, { colorScheme });
      for (const address of ['/', '/?q=a%3A+(', '/?q=nothing%3A+1', '/?q=log.level%3A+debug&range=all']) {
        await page.goto(address);
        if (address === '/') await page.locator('.lines summary').nth(3).click();
        assert.deepEqual(await page.evaluate(FAINT), [], address);
      }
      await close();
    });
  }

  test('nothing moves once it is there, and nothing is animated', async () => {
    for (const width of [1280, 390]) {
      const { page, close } = await visit(world, { viewport: { width, height: 800 }, timezoneId: 'America/New_York' });
      await page.goto('/');
      await page.locator('#zone', { hasText: 'America/New_York' }).waitFor();
      const shift = await page.evaluate<number>(SHIFT);
      assert.ok(shift <= MOST_SHIFT, `${shift} at ${width} px`);
      assert.equal(await page.evaluate('document.getAnimations().length'), 0);
      await close();
    }
  });

  test('a hostile line of 5,000 characters without a blank is shown, runs nothing and stays in its place', async () => {
    for (const width of [1280, 390]) {
      const { page, faults, close } = await visit(world, { viewport: { width, height: 800 } });
      await page.goto('/?q=service.name%3A+*window*&range=all');
      await page.locator('.lines summary').first().click();
      await page.locator('.lines details[open] td', { hasText: 'onerror=' }).first().waitFor();
      await checkWidth(page);
      await page.locator('.lines details[open] .acts button[value^="service.name"]').click();
      await page.locator('#lines p', { hasText: /^1 event,/ }).waitFor();
      await checkWidth(page);
      assert.equal(await page.evaluate('window.hurt'), undefined);
      assert.deepEqual(faults, []);
      await close();
    }
  });

  test('allows nothing inline and nothing from elsewhere', async () => {
    const answer = await fetch(world.url);
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*|http/);
  });
});

async function addHostileLine({ store }: PageWorld): Promise<void> {
  const text = ALL_HOSTILE.toWellFormed();
  await store.client.create({
    index: 'logs-shop.api-default',
    id: 'hostile',
    refresh: true,
    document: {
      '@timestamp': new Date(NOW - 1).toISOString(),
      message: text + 'x'.repeat(5000),
      service: { name: text.replaceAll('\0', '').slice(0, 190) },
      log: { level: 'error', offset: 0, file: { path: `/${'very-long-folder/'.repeat(30)}` } },
      error: { type: text, message: `${text}${'y'.repeat(5000)}`, grouping_key: text },
      [text.replaceAll(/[\0.]/g, '')]: 1,
    },
  });
}
