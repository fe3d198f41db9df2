import type { AlertView } from '../api/contract/alerts.ts';
import type { PageModel } from '../api/contract/page.ts';
import { since } from './format.ts';
import { type Html, html } from './html.ts';
import { shortMessage } from './line-text.ts';
import { alertUrl, pageUrl } from './links.ts';

/** More alerts than this wait behind a click, so that what follows stays in sight. */
const MOST_SHOWN = 4;

/** Alerts that need somebody, worst first, with what can be done about them. */
export function alerts(model: PageModel): Html {
  const { alerts: open } = model;
  if (open === undefined) return html`<p class="empty">Alerts could not be read.</p>`;
  if (open.length === 0) return html`<p class="empty">Nothing is firing.</p>`;
  const items = open.map((alert) => alertItem(model, alert));
  const rest = items.slice(MOST_SHOWN);
  return html`<ul class="alerts">${items.slice(0, MOST_SHOWN)}</ul>${
    rest.length > 0 &&
    html`<details class="more" data-key="more-alerts"><summary>${rest.length} more</summary><ul class="alerts">${rest}</ul></details>`
  }`;
}

function alertItem(model: PageModel, alert: AlertView): Html {
  const { rule, severity, state, group, summary, started_at, runbook } = alert;
  const missing = Object.entries(group).filter(([, value]) => !summary.includes(value));
  return html`<li class="${severity}"><p class="head"><span class="badge ${severity}">${severity}</span> <b>${rule.name}</b> <span class="muted">${state === 'firing' ? '' : `${state.replace('_', ' ')}, `}for ${since(started_at, model.now)}</span></p>
<p><a href="${alertUrl(alert)}" title="Show the events of its window">${summary}</a></p>${sampleOf(model, group['error.grouping_key'])}
<div class="acts">${alert.status === 'open' && action(model, alert, 'acknowledge', 'Acknowledge')}${action(model, alert, 'resolve', 'Resolve')}${missing.map(([field, value]) => html`<span class="tag">${field}: ${value}</span>`)}${runbookLink(runbook)}${rule.author !== undefined && html`<span class="muted">rule by ${rule.author}</span>`}</div>${
    alert.status === 'acknowledged' &&
    html`<p class="muted">acknowledged${alert.by !== undefined && html` by ${alert.by}`}${alert.note !== undefined && html`: ${alert.note}`}</p>`
  }</li>`;
}

/** A grouping key says nothing to people; an error that has it does. */
function sampleOf({ errors }: PageModel, key: string | undefined): Html {
  const group = key === undefined ? undefined : errors?.groups.find((candidate) => candidate.key === key);
  if (group === undefined) return html``;
  return html`<p class="muted sample"><b>${group.type}</b> ${shortMessage(group.sample).slice(0, 200)}</p>`;
}

function action(model: PageModel, { id, rule }: AlertView, name: string, label: string): Html {
  return html`<form method="post" action="/alerts/${encodeURIComponent(id.toWellFormed())}/${name}"><input type="hidden" name="return" value="${pageUrl(model.form)}"><button type="submit" aria-label="${label} ${rule.name}">${label}</button></form>`;
}

/** Rules come from files, so a link in them is shown only when it is one of the web. */
function runbookLink(url: string | undefined): Html {
  if (url === undefined) return html``;
  if (!/^https?:\/\//i.test(url)) return html`<span class="tag">runbook: ${url}</span>`;
  return html`<a class="tag" href="${url}" rel="noopener noreferrer">runbook</a>`;
}
