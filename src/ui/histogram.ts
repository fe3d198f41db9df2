import type { PageHistogram, PageLevel, PageModel } from '../api/contract/page.ts';
import { compact, time, timeText, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { pageUrl } from './links.ts';

const WIDTH = 1000;
const HEIGHT = 120;
const NAMES: Readonly<Record<PageLevel, string>> = {
  error: 'errors',
  warn: 'warnings',
  info: 'info',
  debug: 'debug',
  other: 'no level',
};
/** From the bottom up: what matters stands on the ground, where it can be compared. */
const ORDER = ['error', 'warn', 'info', 'debug', 'other'] as const satisfies readonly PageLevel[];

/** Events over time, stacked by level; each bar leads to its own stretch of time. */
export function histogram(model: PageModel): Html {
  const { histogram: data } = model;
  if (data === undefined || data.steps.length === 0) return html``;
  const sums = data.steps.map(({ counts }) => ORDER.reduce((sum, level) => sum + counts[level], 0));
  const highest = Math.max(1, ...sums);
  const total = sums.reduce((sum, count) => sum + count, 0);
  const label = `${whole(total)} events over time: ${ORDER.map((level) => `${whole(data.totals[level])} ${NAMES[level]}`).join(', ')}`;
  return html`<figure class="histogram">
  <div class="plot"><span class="highest">${compact(highest)}</span>
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
    <line class="grid" x1="0" x2="${WIDTH}" y1="0.5" y2="0.5"/><line class="grid" x1="0" x2="${WIDTH}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>
    ${data.steps.map((step, at) => bar(model, data, step, at, sums[at]!, highest))}
  </svg></div>
  <div class="axis">${axisTimes(data).map((iso) => time(iso, data.interval_ms < 3_600_000 ? 'moment' : 'day'))}</div>
  <figcaption>${ORDER.map((level) => legend(level, data.totals[level]))}<span class="muted">one bar = ${stepText(data.interval_ms)}</span></figcaption>
</figure>`;
}

function bar(
  { form }: PageModel,
  { steps, interval_ms }: PageHistogram,
  { time: start, counts }: PageHistogram['steps'][number],
  at: number,
  sum: number,
  highest: number,
): Html {
  if (sum === 0) return html``;
  const width = WIDTH / steps.length;
  const end = new Date(Date.parse(start) + interval_ms).toISOString();
  const parts = ORDER.filter((level) => counts[level] > 0);
  let top = HEIGHT;
  const blocks = parts.map((level) => {
    const height = Math.max(0.8, (counts[level] / highest) * HEIGHT);
    top -= height;
    return html`<rect class="${level}" x="${round(at * width + width * 0.08)}" y="${round(Math.max(0, top))}" width="${round(width * 0.84)}" height="${round(height)}"/>`;
  });
  const title = `${timeText(start, 'moment')} UTC: ${parts.map((level) => `${whole(counts[level])} ${NAMES[level]}`).join(', ')}`;
  const url = pageUrl({ ...form, range: 'custom', from: start, to: end, cursor: undefined });
  return html`<a href="${url}" tabindex="-1"><title>${title}</title><rect class="hit" x="${round(at * width)}" y="0" width="${round(width)}" height="${HEIGHT}"/>${blocks}</a>`;
}

function axisTimes({ steps }: PageHistogram): string[] {
  const places = steps.length < 3 ? [0] : [0, Math.floor(steps.length / 2), steps.length - 1];
  return places.map((at) => steps[at]!.time);
}

function legend(level: PageLevel, count: number): Html {
  return count === 0
    ? html``
    : html`<span class="legend"><i class="${level}"></i>${whole(count)} ${NAMES[level]}</span>`;
}

function stepText(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const;
  const [name, size] = units.find(([, unit]) => ms >= unit && ms % unit === 0) ?? ['ms', 1];
  const count = ms / size;
  return count === 1 || name === 'ms' ? `${count} ${name}` : `${count} ${name}s`;
}

function round(value: number): string {
  return value.toFixed(1);
}
