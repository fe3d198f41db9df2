import type { PageLevel, PageModel } from '../api/contract/page.ts';
import type { Hit } from '../api/contract/search.ts';
import { type FlatField, firstOf, flatFields } from './document.ts';
import { time, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { isCondition, pageUrl, withCondition } from './links.ts';

/** Longer values are shown cut; the API gives them whole. */
const SUMMARY_CHARACTERS = 400;
const VALUE_CHARACTERS = 20_000;
/** Values longer than this make no sensible filter. */
const FILTER_CHARACTERS = 200;

/** The newest lines of the range; each opens to all its fields. */
export function lines(model: PageModel): Html {
  const { lines: found, form } = model;
  if (found === undefined) return html``;
  if (found.hits.length === 0) return emptyLines(model);
  return html`<p class="muted">${whole(found.total)} ${found.total === 1 ? 'event' : 'events'}, newest first${form.cursor !== undefined && html`, older page · <a href="${pageUrl({ ...form, cursor: undefined })}">back to the newest</a>`}</p>
<ol class="lines">${found.hits.map((hit) => line(model, hit))}</ol>
${found.cursor !== null && html`<p><a class="button" href="${pageUrl({ ...form, cursor: found.cursor })}">Older lines</a></p>`}`;
}

function line(model: PageModel, hit: Hit): Html {
  const fields = flatFields(hit.source);
  const { level, badge } = levelOf(fields);
  const message = firstOf(fields, 'message') ?? firstOf(fields, 'error.message') ?? '';
  const at = firstOf(fields, '@timestamp') ?? '';
  return html`<li><details data-key="${hit.id}"><summary><span class="when">${time(at, 'clock')}</span><span class="badge ${level}">${badge}</span><span class="service">${firstOf(fields, 'service.name') ?? firstOf(fields, 'event.dataset') ?? ''}</span><span class="message">${message.slice(0, SUMMARY_CHARACTERS)}</span></summary>
<table class="fields"><caption>${time(at, 'day')} · ${hit.index}</caption><tbody>${fields.map((field) => fieldRow(model, field))}<tr><th scope="row">_id</th><td>${hit.id}</td><td></td></tr></tbody></table></details></li>`;
}

function fieldRow({ form }: PageModel, field: FlatField): Html {
  const text = String(field.value);
  const filterable = text.length > 0 && text.length <= FILTER_CHARACTERS && field.name !== 'message';
  const condition = isCondition(field.name, field.value);
  return html`<tr><th scope="row">${field.name}</th><td>${text.slice(0, VALUE_CHARACTERS)}${text.length > VALUE_CHARACTERS && '…'}</td><td class="acts">${
    filterable &&
    html`<a href="${pageUrl(withCondition(form, condition))}" title="Only these" aria-label="Only ${field.name} with this value">+</a> <a href="${pageUrl(withCondition(form, `not ${condition}`))}" title="Without these" aria-label="Without ${field.name} of this value">−</a>`
  }</td></tr>`;
}

/** The level, or for requests without one their status code. */
function levelOf(fields: readonly FlatField[]): { level: PageLevel; badge: string } {
  const level = firstOf(fields, 'log.level');
  const status = Number(firstOf(fields, 'http.response.status_code') ?? Number.NaN);
  if (level === undefined) {
    if (Number.isNaN(status))
      return { level: firstOf(fields, 'error.message') === undefined ? 'other' : 'error', badge: '·' };
    return { level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info', badge: String(status) };
  }
  const known: Readonly<Record<string, PageLevel>> = {
    fatal: 'error',
    error: 'error',
    warn: 'warn',
    info: 'info',
    debug: 'debug',
    trace: 'debug',
  };
  return { level: known[level] ?? 'other', badge: level.slice(0, 12) };
}

function emptyLines({ newest, form, ledger }: PageModel): Html {
  if (newest === null && ledger.reading) return firstLines(ledger.files.length);
  if (newest === null)
    return html`<p class="empty">No events yet. This process serves what others send; start <code>logmill agent</code> on the machines whose logs you want.</p>`;
  const around = newest === undefined ? undefined : new Date(Date.parse(newest) + 1).toISOString();
  const shown = around === undefined ? undefined : new Date(Date.parse(newest!) - 3_600_000).toISOString();
  return html`<p class="empty">Nothing ${form.query.trim() === '' ? 'in this range' : 'in this range matches'}. ${
    newest !== undefined &&
    html`The newest event of all is from ${time(newest, 'day')}: <a href="${pageUrl({ ...form, query: '', range: 'custom', from: shown, to: around, cursor: undefined })}">show the hour before it</a>${
      form.range !== 'all' &&
      html`, or <a href="${pageUrl({ ...form, range: 'all', cursor: undefined })}">search all time</a>`
    }.`
  }</p>`;
}

function firstLines(files: number): Html {
  return files === 0
    ? html`<p class="empty">No events yet, and no file is being read. Name some under <code>inputs</code> in the configuration, or try <code>npm run demo</code>.</p>`
    : html`<p class="empty">No events yet: ${whole(files)} ${files === 1 ? 'file is' : 'files are'} being read, and no line has come through so far. This page shows the first within seconds.</p>`;
}
