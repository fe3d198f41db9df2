import type { PageHistogram, PageLevel, PageModel } from '../api/contract/page.ts';
import { compact, type TimeForm, timeText, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { narrowedUrl, spanUrl } from './links.ts';

const WIDTH = 1000;
const HEIGHT = 120;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Labels under the bars, about. */
const TICKS = 6;
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
  if (data === undefined || data.steps.length === 0) return html`<p class="empty">Nothing to draw.</p>`;
  const sums = data.steps.map(({ counts }) => ORDER.reduce((sum, level) => sum + counts[level], 0));
  const highest = Math.max(1, ...sums);
  return html`<figure class="histogram">
  <div class="plot"><span class="highest" aria-hidden="true">${compact(highest)}</span>
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="group" aria-label="Events over time, at most ${whole(highest)} a bar">
    <line class="grid" x1="0" x2="${WIDTH}" y1="0.5" y2="0.5"/><line class="grid" x1="0" x2="${WIDTH}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>
    ${data.steps.map((step, at) => bar(model, data, step, at, sums[at]!, highest))}
  </svg></div>
  ${axis(data)}
  <figcaption>${ORDER.map((level) => legend(model, data, level))}<span class="muted">one bar = ${stepText(data.interval_ms)}</span></figcaption>
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
  const what = parts.map((level) => `${whole(counts[level])} ${NAMES[level]}`).join(', ');
  return html`<a href="${spanUrl(form, start, end)}" data-at="${start}" data-what="${what}"><title>${timeText(start, 'moment')} UTC: ${what}</title><rect class="hit" x="${round(at * width)}" y="0" width="${round(width)}" height="${HEIGHT}"/>${blocks}</a>`;
}

/** Times under the left edge of their bars, in an SVG of its own whose text is not stretched. */
function axis({ steps, interval_ms }: PageHistogram): Html {
  const every = Math.max(1, Math.ceil(steps.length / TICKS / 5) * (steps.length > TICKS * 2 ? 5 : 1));
  const span = steps.length * interval_ms;
  const form: TimeForm = span > 2 * DAY_MS ? 'date' : interval_ms < MINUTE_MS ? 'clock' : 'minute';
  const first = steps.findIndex(({ time }) => (Date.parse(time) / interval_ms) % every === 0);
  const labels = steps.map(({ time }, at) => {
    const place = (at / steps.length) * 100;
    // A label at the right edge would be cut off.
    if (first === -1 || (at - first) % every !== 0 || place > 94) return html``;
    return html`<text class="tick" x="${place.toFixed(2)}%" y="13" data-time="${time}" data-form="${form}">${timeText(time, form).replace('.000', '')}</text>`;
  });
  return html`<svg class="axis" height="18" aria-hidden="true">${labels}</svg>`;
}

/** Errors and warnings lead to themselves. */
function legend({ form }: PageModel, { totals, conditions }: PageHistogram, level: PageLevel): Html {
  const count = totals[level];
  if (count === 0) return html``;
  const label = html`<i class="${level}"></i>${whole(count)} ${NAMES[level]}`;
  if (level !== 'error' && level !== 'warn') return html`<span class="legend">${label}</span>`;
  return html`<a class="legend" href="${narrowedUrl(form, conditions[level])}">${label}</a>`;
}

function stepText(ms: number): string {
  const units = [
    ['day', DAY_MS],
    ['hour', 3_600_000],
    ['minute', MINUTE_MS],
    ['second', 1000],
  ] as const;
  const [name, size] = units.find(([, unit]) => ms >= unit && ms % unit === 0) ?? ['ms', 1];
  const count = ms / size;
  return count === 1 || name === 'ms' ? `${count} ${name}` : `${count} ${name}s`;
}

function round(value: number): string {
  return value.toFixed(1);
}
