import type { PageModel } from '../api/contract/page.ts';
import { time, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { pageUrl, spanUrl } from './links.ts';

const HOUR_MS = 3_600_000;

/** Why there are no lines, and what to do about it. */
export function emptyLines({ newest, form, ledger }: PageModel): Html {
  if (newest === null && ledger.reading) return firstLines(ledger.files.length);
  if (newest === null)
    return html`<p class="empty">No events yet. This process serves what others send; start <code>logmill agent</code> on the machines whose logs you want.</p>`;
  const asked = form.query.trim() !== '';
  const ways = [
    asked &&
      html`<li><a href="${pageUrl({ ...form, query: '', cursor: undefined })}">All events of this range</a></li>`,
    form.range !== 'all' &&
      html`<li><a href="${pageUrl({ ...form, range: 'all', cursor: undefined })}">${asked ? 'The same search over all time' : 'All time'}</a></li>`,
    newest !== undefined &&
      html`<li><a href="${hourBefore(newest)}">The hour before the newest event</a>, which is from ${time(newest, 'day')}</li>`,
  ];
  return html`<div class="empty"><p>${asked ? 'Nothing in this range matches.' : 'Nothing in this range.'} Look at:</p><ul>${ways}</ul></div>`;
}

function hourBefore(newest: string): string {
  const at = Date.parse(newest);
  return spanUrl({ query: '', range: 'custom' }, new Date(at - HOUR_MS).toISOString(), new Date(at + 1).toISOString());
}

function firstLines(files: number): Html {
  return files === 0
    ? html`<p class="empty">No events yet, and no file is being read. Name some under <code>inputs</code> in the configuration, or try <code>npm run demo</code>.</p>`
    : html`<p class="empty">No events yet: ${whole(files)} ${files === 1 ? 'file is' : 'files are'} being read, and no line has come through so far. This page shows the first within seconds.</p>`;
}
