import type { PageLevel, PageModel } from '../api/contract/page.ts';
import type { Hit } from '../api/contract/search.ts';
import { type FlatField, firstOf, flatFields } from './document.ts';
import { emptyLines } from './empty-lines.ts';
import { time, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { lineText, meaning } from './line-text.ts';
import { isCondition, pageUrl, spanUrl } from './links.ts';

/** Longer texts are shown cut; opened, a line shows them whole up to `VALUE_CHARACTERS`, and the API always. */
const SUMMARY_CHARACTERS = 400;
const VALUE_CHARACTERS = 20_000;
/** Values longer than this make no sensible filter. */
const FILTER_CHARACTERS = 200;
/** Fields whose values hardly two lines share. */
const UNIQUE_FIELDS = new Set(['message', '@timestamp', 'event.ingested', 'log.offset']);
/** How far around a line its neighbours are shown. */
const AROUND_MS = 60_000;
const DAY_MS = 86_400_000;

/** The newest lines of the range; each opens to all its fields. */
export function lines(model: PageModel): Html {
  const { lines: found, form } = model;
  if (found === undefined) return html``;
  if (found.hits.length === 0) return emptyLines(model);
  const all = found.hits.map((hit) => ({ hit, fields: flatFields(hit.source) }));
  const dated = isDated(
    all.map(({ fields }) => Date.parse(firstOf(fields, '@timestamp') ?? '')),
    model.now,
  );
  return html`<p class="muted">${whole(found.total)} ${found.total === 1 ? 'event' : 'events'}, newest first${form.cursor !== undefined && html`, older page · <a href="${pageUrl({ ...form, cursor: undefined })}">back to the newest</a>`}</p>
${narrowForm(model)}
<ol class="lines${dated && ' dated'}">${all.map(({ hit, fields }) => line(hit, fields, dated))}</ol>
${found.cursor !== null && html`<p><a class="button" href="${pageUrl({ ...form, cursor: found.cursor })}">Older lines</a></p>`}`;
}

/** A time of day alone would mislead when lines are old or days apart. */
function isDated(times: readonly number[], now: string): boolean {
  return times.some((at) => Math.abs(Date.parse(now) - at) > DAY_MS / 2);
}

/** What all the fields' buttons send: an address for each of them would make the page ten times as large. */
function narrowForm({ form }: PageModel): Html {
  const kept = { q: form.query, range: form.range, from: form.from, to: form.to, index: form.index };
  return html`<form id="narrow" action="/" method="get">${Object.entries(kept).map(
    ([name, value]) =>
      value !== undefined && value !== '' && html`<input type="hidden" name="${name}" value="${value}">`,
  )}</form>`;
}

function line(hit: Hit, fields: readonly FlatField[], dated: boolean): Html {
  const { level, badge } = levelOf(fields);
  const { message, context, fault } = lineText(fields);
  const at = firstOf(fields, '@timestamp') ?? '';
  return html`<li><details data-key="${hit.id}"><summary><span class="when">${time(at, dated ? 'dated' : 'clock')}</span><span class="badge ${level}">${badge}</span><span class="service">${firstOf(fields, 'service.name') ?? firstOf(fields, 'event.dataset') ?? ''}</span><span class="message">${cut(message, SUMMARY_CHARACTERS)}${
    fault !== '' && html` <span class="lost">${cut(fault, SUMMARY_CHARACTERS)}</span>`
  }${context !== '' && html` <span class="muted">${cut(context, SUMMARY_CHARACTERS)}</span>`}</span></summary>
<table class="fields"><caption>${time(at, 'day')} · ${hit.index}${around(fields, at)}</caption><tbody>${fields.map(fieldRow)}<tr><th scope="row">_id</th><td>${hit.id}</td><td></td></tr></tbody></table></details></li>`;
}

/** Ways from one line to those that belong to it. */
function around(fields: readonly FlatField[], at: string): Html {
  const middle = Date.parse(at);
  const path = firstOf(fields, 'log.file.path');
  const trace = firstOf(fields, 'trace.id');
  const near =
    path !== undefined &&
    !Number.isNaN(middle) &&
    spanUrl(
      { query: isCondition('log.file.path', path), range: 'custom' },
      new Date(middle - AROUND_MS).toISOString(),
      new Date(middle + AROUND_MS).toISOString(),
    );
  return html`${near !== false && html` · <a href="${near}">the minute around it in its file</a>`}${
    trace !== undefined &&
    html` · <a href="${pageUrl({ query: isCondition('trace.id', trace), range: 'all' })}">its whole trace</a>`
  }`;
}

function fieldRow(field: FlatField): Html {
  const text = String(field.value);
  const filterable = text.length > 0 && text.length <= FILTER_CHARACTERS && !UNIQUE_FIELDS.has(field.name);
  const condition = isCondition(field.name, field.value);
  const unit = meaning(field);
  return html`<tr><th scope="row">${field.name}</th><td>${cut(text, VALUE_CHARACTERS)}${unit !== undefined && html` <span class="muted">= ${unit}</span>`}</td><td class="acts">${
    filterable &&
    html`<button form="narrow" name="and" value="${condition}" title="Only these" aria-label="Only ${field.name} with this value">+</button><button form="narrow" name="and" value="not ${condition}" title="Without these" aria-label="Without ${field.name} of this value">−</button>`
  }</td></tr>`;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
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
