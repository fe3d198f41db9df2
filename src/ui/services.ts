import type { PageModel, PageService } from '../api/contract/page.ts';
import { percent, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { isCondition, narrowedUrl } from './links.ts';

const MOST_ROWS = 8;

/** Where events come from, and where they are errors. */
export function services(model: PageModel): Html {
  const { services: all } = model;
  if (all === undefined) return html``;
  if (all.length === 0) return html`<p class="empty">No event here names its service.</p>`;
  return html`<table><thead><tr><th scope="col">Service</th><th scope="col" class="number">Events</th><th scope="col" class="number">Errors</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>${all.slice(0, MOST_ROWS).map((service) => row(model, service))}</tbody></table>
${all.length > MOST_ROWS && html`<p class="muted">and ${whole(all.length - MOST_ROWS)} more</p>`}`;
}

function row({ form }: PageModel, { name, events, errors }: PageService): Html {
  const here = isCondition('service.name', name);
  return html`<tr><th scope="row"><a href="${narrowedUrl(form, here)}">${name}</a></th><td class="number">${whole(events)}</td><td class="number ${errors > 0 && 'lost'}">${whole(errors)}</td><td class="number">${percent(errors, events)}</td></tr>`;
}
