import type { AlertView } from '../api/contract/alerts.ts';
import type { PageModel } from '../api/contract/page.ts';
import { since } from './format.ts';
import { type Html, html } from './html.ts';
import { pageUrl } from './links.ts';

/** Alerts that need somebody, with what can be done about them. */
export function alerts(model: PageModel): Html {
  if (model.alerts === undefined) return html`<p class="empty">Alerts could not be read.</p>`;
  if (model.alerts.length === 0) return html`<p class="empty">Nothing is firing.</p>`;
  return html`<ul class="alerts">${model.alerts.map((alert) => alertItem(model, alert))}</ul>`;
}

function alertItem(model: PageModel, alert: AlertView): Html {
  const around = pageUrl({ query: '', range: 'custom', from: alert.window.start, to: alert.window.end });
  const group = Object.entries(alert.group).map(([field, value]) => html`<span class="tag">${field}: ${value}</span>`);
  return html`<li class="${alert.severity}"><p><span class="badge ${alert.severity}">${alert.severity}</span> <b>${alert.rule.name}</b> <span class="muted">${alert.state === 'firing' ? '' : `${alert.state.replace('_', ' ')}, `}for ${since(alert.started_at, model.now)}</span></p>
<p>${alert.summary}</p>
<p class="tags">${group}${alert.rule.author !== undefined && html`<span class="tag">rule by ${alert.rule.author}</span>`}${runbook(alert.runbook)}<a class="tag" href="${around}">its window</a></p>
${
  alert.status === 'acknowledged' &&
  html`<p class="muted">acknowledged${alert.by !== undefined && html` by ${alert.by}`}${alert.note !== undefined && html`: ${alert.note}`}</p>`
}
<div class="acts">${alert.status === 'open' && action(model, alert, 'acknowledge', 'Acknowledge')}${action(model, alert, 'resolve', 'Resolve')}</div></li>`;
}

function action(model: PageModel, { id, rule }: AlertView, name: string, label: string): Html {
  return html`<form method="post" action="/alerts/${encodeURIComponent(id)}/${name}"><input type="hidden" name="return" value="${pageUrl(model.form)}"><button type="submit" aria-label="${label} ${rule.name}">${label}</button></form>`;
}

/** Rules come from files, so a link in them is shown only when it is one of the web. */
function runbook(url: string | undefined): Html {
  if (url === undefined) return html``;
  if (!/^https?:\/\//i.test(url)) return html`<span class="tag">runbook: ${url}</span>`;
  return html`<a class="tag" href="${url}" rel="noopener noreferrer">runbook</a>`;
}
