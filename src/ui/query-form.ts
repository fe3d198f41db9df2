import type { PageModel, PageRange } from '../api/contract/page.ts';
import { timeText } from './format.ts';
import { type Html, html } from './html.ts';
import { pageUrl } from './links.ts';

const RANGES: readonly (readonly [Exclude<PageRange, 'custom'>, string])[] = [
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['4h', 'Last 4 hours'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['all', 'All time'],
];

/** The box for KQL, the choice of time, and under them what is wrong with either. */
export function queryForm({ form, fault }: PageModel): Html {
  const custom = form.range === 'custom';
  return html`<form class="query" action="/" method="get" role="search">
  <div class="field grow">
    <label for="q">Search with KQL</label>
    <input id="q" name="q" type="search" value="${form.query}" autocomplete="off" autocapitalize="off" spellcheck="false"
      maxlength="10000" placeholder="e.g. log.level: error and not service.name: shop"
      ${fault === undefined ? '' : html`aria-invalid="true" aria-describedby="fault"`}>
  </div>
  <div class="field">
    <label for="range">Time</label>
    <select id="range" name="range">
      ${custom && html`<option value="custom" selected>${customLabel(form.from, form.to)}</option>`}
      ${RANGES.map(([value, label]) => html`<option value="${value}"${value === form.range ? html` selected` : ''}>${label}</option>`)}
    </select>
  </div>
  ${custom && html`<input type="hidden" name="from" value="${form.from}"><input type="hidden" name="to" value="${form.to}">`}
  ${form.index !== undefined && html`<input type="hidden" name="index" value="${form.index}">`}
  <button class="primary" type="submit">Search</button>
</form>
${form.index !== undefined && html`<p class="chip">in <code>${form.index}</code> <a href="${pageUrl({ ...form, index: undefined, cursor: undefined })}" aria-label="Search all events again">×</a></p>`}
${fault !== undefined && faultBox(fault, form.query)}`;
}

function customLabel(from: string | undefined, to: string | undefined): string {
  const ends = [from, to].map((end) => (end === undefined ? '…' : timeText(end, 'moment')));
  return `${ends[0]} – ${ends[1]}`;
}

/** The caret stands under the column of the fault: the text before it is there once more, unseen, and keeps the place. */
function faultBox(fault: NonNullable<PageModel['fault']>, query: string): Html {
  const column = fault.where?.column;
  return html`<div class="fault" id="fault" role="alert">
  ${
    column !== undefined &&
    html`<pre>${query}
<span class="unseen" aria-hidden="true">${query.slice(0, column - 1)}</span><b aria-hidden="true">^</b></pre>`
  }
  <p><strong>${sentence(plain(fault))}</strong> ${sentence(fault.help)}</p>
</div>`;
}

/** The message without the place and the marked line, both of which are shown above it. */
function plain({ message, where }: NonNullable<PageModel['fault']>): string {
  return where?.column === undefined ? message : message.replace(/\n.*$/s, '').replace(/^\d+: /, '');
}

function sentence(text: string): string {
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
