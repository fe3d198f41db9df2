import type { PageModel } from '../api/contract/page.ts';
import { near, percent, since, time, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { narrowedUrl, pageUrl, spanUrl } from './links.ts';

/** Values of an alert's group named in the one sentence. */
const MOST_PLACES = 4;
/** The last time that is written with four digits of year. */
const LATEST_MS = Date.UTC(9999, 11, 31);
/** Rejected lines of all files. */
const DEAD_LETTERS = 'logs-logmill.dead_letter-*';

/** In one sentence: is anything broken, since when, and where; and whether logs still come in. */
export function verdict({ alerts: open, newest, now }: PageModel): Html {
  const fresh =
    newest === undefined || newest === null
      ? html`<span class="muted">${newest === null && 'no event yet'}</span>`
      : html`<span class="muted">newest event ${since(newest, now)} ago</span>`;
  if (open === undefined) return html`<p class="verdict unknown"><b>Alerts could not be read.</b> ${fresh}</p>`;
  const [worst] = open;
  if (worst === undefined) return html`<p class="verdict good"><b>Nothing is firing.</b> ${fresh}</p>`;
  const oldest = open.map(({ started_at }) => started_at).sort()[0]!;
  const places = [...new Set(open.filter(({ rule }) => rule.name === worst.rule.name).flatMap(placesOf))];
  const shown = places.slice(0, MOST_PLACES).join(', ');
  return html`<p class="verdict ${worst.severity}"><a href="#alerts"><b>${open.length === 1 ? '1 alert' : `${whole(open.length)} alerts`} since ${near(oldest, now)}</b></a> <span class="muted">${since(oldest, now)}</span> <span>${worst.severity}: ${worst.rule.name}${shown !== '' && html` in ${shown}${places.length > MOST_PLACES && html` and ${places.length - MOST_PLACES} more`}`}</span> ${fresh}</p>`;
}

/** The service where an alert names one, and all of its group otherwise. */
function placesOf({ group }: NonNullable<PageModel['alerts']>[number]): string[] {
  const service = group['service.name'];
  return service === undefined ? Object.values(group) : [service];
}

/** Counts of what the page shows; each leads to what it counts. */
export function numbers({ form, histogram: data, lines, errors, alerts: open, ledger }: PageModel): Html {
  const total = data === undefined ? lines?.total : Object.values(data.totals).reduce((sum, count) => sum + count, 0);
  const rejected = ledger.files.reduce((sum, file) => sum + file.tally.dead_lettered.lines, 0);
  const wrong = data?.totals.error ?? 0;
  return html`${tile('Events', total, '#lines')}${tile('Errors', total === undefined ? undefined : wrong, data === undefined ? '#errors' : narrowedUrl(form, data.conditions.error), wrong > 0 && 'bad', total === undefined ? '' : percent(wrong, total))}${tile('Error groups', errors?.distinct, '#errors')}${tile('Open alerts', open?.length, '#alerts', (open?.length ?? 0) > 0 && 'bad')}${
    ledger.reading &&
    html`${tile('Files read', ledger.files.length, '#reading')}${tile('Rejected lines', rejected, rejected === 0 ? '#reading' : pageUrl({ range: 'all', index: DEAD_LETTERS }), rejected > 0 && 'doubtful')}`
  }`;
}

function tile(name: string, value: number | undefined, url: string, tone: string | false = false, note = ''): Html {
  return html`<a class="number-tile ${tone}" href="${url}"><span class="muted">${name}</span><b>${value === undefined ? '–' : whole(value)}</b><span class="muted">${note}</span></a>`;
}

/** What stretch of time is shown, and the ways to its neighbours. */
export function span({ span: shown, form, now }: PageModel): Html {
  if (shown === null) return html``;
  const [from, to] = [Date.parse(shown.from), Date.parse(shown.to)];
  const length = to - from;
  const at = (start: number, end: number) =>
    spanUrl(form, new Date(Math.max(start, 0)).toISOString(), new Date(Math.min(end, LATEST_MS)).toISOString());
  return html`<nav class="span" aria-label="Time"><a href="${at(from - length, from)}" title="Earlier" aria-label="Earlier">←</a> <span class="muted" id="readout">${time(shown.from, 'day')} – ${near(shown.to, shown.from)}</span> ${
    to < Date.parse(now) && html`<a href="${at(to, to + length)}" title="Later" aria-label="Later">→</a> `
  }<a href="${at(from - length, to + length)}">Zoom out</a></nav>`;
}
