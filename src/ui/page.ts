import type { PageModel } from '../api/contract/page.ts';
import { alerts } from './alerts.ts';
import { errorGroups } from './error-groups.ts';
import { time, whole } from './format.ts';
import { histogram } from './histogram.ts';
import { type Html, html } from './html.ts';
import { lines } from './lines.ts';
import { queryForm } from './query-form.ts';
import { reading } from './reading.ts';

/** The one page, whole. */
export function renderPage(model: PageModel): string {
  return frame(
    model.version,
    html`<main>
${queryForm(model)}
<section id="numbers" class="numbers" aria-label="In numbers" data-live>${numbers(model)}</section>
<section id="over-time" class="card" aria-labelledby="over-time-title" data-live><h2 id="over-time-title">Over time</h2>${span(model)}${histogram(model)}</section>
<div class="columns">
<section id="lines" class="card" aria-labelledby="lines-title" data-live><h2 id="lines-title">Lines</h2>${lines(model)}</section>
<div>
<section id="alerts" class="card" aria-labelledby="alerts-title" data-live><h2 id="alerts-title">Open alerts</h2>${alerts(model)}</section>
<section id="errors" class="card" aria-labelledby="errors-title" data-live><h2 id="errors-title">Errors</h2>${errorGroups(model)}</section>
</div></div>
<section id="reading" class="card" aria-labelledby="reading-title" data-live><h2 id="reading-title">What is being read</h2>${reading(model)}</section>
</main>`,
    html`<span class="place" title="where the events are">${model.place}</span>`,
  );
}

/** A page that says only what went wrong. */
export function renderFaultPage(version: string, { message, help }: { message: string; help: string }): string {
  return frame(
    version,
    html`<main><section class="card"><h2>That did not work</h2><p><strong>${message}</strong></p><p>${help}</p><p><a class="button" href="/">To the logs</a></p></section></main>`,
    html``,
  );
}

function frame(version: string, main: Html, place: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>logmill</title>
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/ui/style.css">
<script src="/ui/app.js" type="module"></script>
</head>
<body>
<a class="skip" href="#lines">To the lines</a>
<header><h1><a href="/"><img src="/ui/icon.svg" alt="" width="24" height="24">logmill</a></h1>${place}<span class="grow"></span>
<label class="live" hidden><input type="checkbox" id="live"> <span>Live</span></label></header>
${main}
<footer>logmill ${version} · times in <span id="zone">UTC</span> · <a href="/api/openapi.json">API</a> · <a href="/metrics">metrics</a></footer>
</body>
</html>
`.text;
}

function numbers({ histogram: data, errors, alerts: open, ledger }: PageModel): Html {
  const total = data === undefined ? 0 : Object.values(data.totals).reduce((sum, count) => sum + count, 0);
  const rejected = ledger.files.reduce((sum, file) => sum + file.tally.dead_lettered.lines, 0);
  const share = total === 0 || data === undefined ? '' : `${((100 * data.totals.error) / total).toFixed(1)} %`;
  return html`${number('Events', data && total, '')}${number('Errors', data?.totals.error, share, (data?.totals.error ?? 0) > 0 && 'bad')}${number('Error groups', errors?.distinct, '')}${number('Open alerts', open?.length, '', (open?.length ?? 0) > 0 && 'bad')}${
    ledger.reading &&
    html`${number('Files read', ledger.files.length, '')}${number('Rejected lines', rejected, '', rejected > 0 && 'doubtful')}`
  }`;
}

function number(name: string, value: number | undefined, note: string, tone: string | false = false): Html {
  return html`<div class="number-tile ${tone}"><span class="muted">${name}</span><b>${value === undefined ? '–' : whole(value)}</b><span class="muted">${note}</span></div>`;
}

function span({ span: shown }: PageModel): Html {
  return shown === null ? html`` : html`<p class="muted">${time(shown.from, 'day')} – ${time(shown.to, 'day')}</p>`;
}
