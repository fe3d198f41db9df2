import type { PageModel, PageRange } from '../api/contract/page.ts';
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
export function queryForm({ form, fault, span }: PageModel): Html {
  const custom = form.range === 'custom';
  const [from, to] = custom ? [form.from, form.to] : [span?.from, span?.to];
  return html`<form class="query" action="/" method="get" role="search">
  <div class="field grow">
    <label for="q">Search with KQL</label>
    <input id="q" name="q" type="search" value="${form.query}" autocomplete="off" autocapitalize="off" spellcheck="false"
      maxlength="10000" placeholder="e.g. log.level: error and not service.name: shop"
      ${fault?.where?.column !== undefined && html`aria-invalid="true" aria-describedby="fault" autofocus data-column="${fault.where.column}"`}>
  </div>
  <div class="field">
    <label for="range">Time</label>
    <select id="range" name="range">
      ${RANGES.map(([value, label]) => html`<option value="${value}"${value === form.range ? html` selected` : ''}>${label}</option>`)}
      <option value="custom"${custom && html` selected`}>Exact times</option>
    </select>
  </div>
  ${exactTime('from', 'From, in UTC', from)}${exactTime('to', 'To', to)}
  ${form.index !== undefined && html`<input type="hidden" name="index" value="${form.index}">`}
  <button class="primary" type="submit">Search</button>
</form>
${form.index !== undefined && html`<p class="chip">in <code>${form.index}</code> <a href="${pageUrl({ ...form, index: undefined, cursor: undefined })}" aria-label="Search all events again">×</a></p>`}
${fault !== undefined && faultBox(fault, form.query)}`;
}

/** Shown by the style sheet only while exact times are chosen, so that it works without a script. */
function exactTime(name: string, label: string, value: string | undefined): Html {
  return html`<div class="field exact"><label for="${name}">${label}</label><input id="${name}" name="${name}" type="text" value="${value}" maxlength="64" autocomplete="off" spellcheck="false" placeholder="now-2h or 2026-01-31T08:00"></div>`;
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

/** A message may begin with an address or a name, which stays as it is. */
function sentence(text: string): string {
  const start = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return start === '' || /[.!?]$/.test(start) ? start : `${start}.`;
}
