import type { PageModel } from '../api/contract/page.ts';
import { alerts } from './alerts.ts';
import { errorGroups } from './error-groups.ts';
import { histogram } from './histogram.ts';
import { type Html, html } from './html.ts';
import { lines } from './lines.ts';
import { numbers, span, verdict } from './overview.ts';
import { queryForm } from './query-form.ts';
import { reading } from './reading.ts';
import { services } from './services.ts';

/** The one page, whole. Sections marked `data-live` are what its script renews. */
export function renderPage(model: PageModel): string {
  const open = model.alerts?.length ?? 0;
  const found = model.lines !== undefined && section('lines', 'Lines', lines(model));
  return frame(
    `${open > 0 ? `(${open}) ` : ''}logmill`,
    model.version,
    html`<main>
${queryForm(model)}
<section id="overview" aria-label="In short" data-live>${verdict(model)}${found && html`<div class="numbers">${numbers(model)}</div>`}</section>
${found && html`<section id="over-time" class="card" aria-labelledby="over-time-title" data-live><h2 id="over-time-title">Over time</h2>${span(model)}${histogram(model)}</section>`}
<div class="columns">${model.form.query === '' ? [side(model), found] : [found, side(model)]}</div>
${section('reading', 'What is being read', reading(model))}
</main>`,
    html`<span class="place" title="where the events are">${model.place}</span>`,
  );
}

/** Beside the lines; on narrow screens above them, but for those who asked for lines. */
function side(model: PageModel): Html {
  const found = model.lines !== undefined;
  return html`<div class="side">
${section('alerts', 'Open alerts', alerts(model))}
${found && section('errors', 'Errors', errorGroups(model))}
${found && section('services', 'Services', services(model))}
</div>`;
}

function section(id: string, title: string, content: Html): Html {
  return html`<section id="${id}" class="card" aria-labelledby="${id}-title" data-live><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

/** A page that says only what went wrong. */
export function renderFaultPage(version: string, { message, help }: { message: string; help: string }): string {
  return frame(
    'logmill',
    version,
    html`<main><section class="card"><h2>That did not work</h2><p><strong>${message}</strong></p><p>${help}</p><p><a class="button" href="/">To the logs</a></p></section></main>`,
    html``,
  );
}

function frame(title: string, version: string, main: Html, place: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/ui/base.css">
<link rel="stylesheet" href="/ui/panels.css">
<link rel="stylesheet" href="/ui/lines.css">
<script src="/ui/app.js" type="module"></script>
</head>
<body>
<a class="skip" href="#lines">To the lines</a>
<header><h1><a href="/"><img src="/ui/icon.svg" alt="" width="24" height="24">logmill</a></h1>${place}<span class="grow"></span>
<span id="live-state" class="muted" role="status"></span><label class="live" hidden><input type="checkbox" id="live"> <span>Live</span></label></header>
${main}
<footer>logmill ${version} · times in <span id="zone">UTC</span> · <a href="/api/openapi.json">API</a> · <a href="/metrics">metrics</a></footer>
</body>
</html>
`.text;
}
