import type { ErrorGroup } from '../api/contract/error-groups.ts';
import type { PageModel } from '../api/contract/page.ts';
import { near, since, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { shortMessage } from './line-text.ts';
import { isCondition, narrowedUrl } from './links.ts';
import { sparkline } from './sparkline.ts';

const SAMPLE_CHARACTERS = 200;

/** Errors that are the same error. */
export function errorGroups(model: PageModel): Html {
  const { errors } = model;
  if (errors === undefined) return html``;
  if (errors.groups.length === 0) return html`<p class="empty">No errors in this range.</p>`;
  const hidden = errors.distinct - errors.groups.length;
  return html`<ol class="groups">${errors.groups.map((group) => groupItem(model, group))}</ol>
${hidden > 0 && html`<p class="muted">and ${whole(hidden)} more</p>`}`;
}

function groupItem({ form, now }: PageModel, group: ErrorGroup): Html {
  const url = narrowedUrl(form, isCondition('error.grouping_key', group.key));
  const services = group.services.map(({ name }) => name).join(', ');
  return html`<li><a href="${url}"><span class="count">${whole(group.count)}</span><span class="what">${group.type !== null && html`<b>${group.type}</b> `}${shortMessage(group.sample).slice(0, SAMPLE_CHARACTERS)}</span></a>
<p class="about">${sparkline(group.trend, 'over time')}<span class="muted">${services !== '' && html`${services} · `}since ${near(group.first_seen, now)}, last ${since(group.last_seen, now)} ago</span></p></li>`;
}
