import { whole } from './format.ts';
import { type Html, html } from './html.ts';

const WIDTH = 96;
const HEIGHT = 22;

/** Counts over time as a small row of bars. */
export function sparkline(counts: readonly number[], label: string): Html {
  const highest = Math.max(1, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  const bars = counts.map((count, at) => {
    if (count === 0) return html``;
    const height = Math.max(1.5, (count / highest) * HEIGHT);
    return html`<rect x="${(at * width).toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}" width="${Math.max(1, width - 1).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}: at most ${whole(highest)} a step">${bars}</svg>`;
}
