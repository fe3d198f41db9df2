import type { LedgerView } from '../api/contract/ledger.ts';
import type { PageModel } from '../api/contract/page.ts';
import { bytes, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { isCondition, pageUrl } from './links.ts';

/** More files than this are only counted. */
const MOST_ROWS = 40;

/** What is being read, and what became of it. */
export function reading({ ledger }: PageModel): Html {
  if (!ledger.reading) return html`<p class="empty">This process reads no files; it only serves.</p>`;
  if (ledger.files.length === 0)
    return html`<p class="empty">No file matches the configured inputs yet. They are looked for again every few seconds.</p>`;
  const rows = ledger.files.slice(0, MOST_ROWS);
  return html`<div class="scroll" role="region" aria-label="What is being read" tabindex="0"><table>
<thead><tr><th scope="col">File</th><th scope="col">Pipeline</th><th scope="col" class="number">Lines read</th><th scope="col" class="number">In the store</th><th scope="col" class="number">Rejected</th><th scope="col" class="number">Dropped</th><th scope="col" class="number">On the way</th><th scope="col" class="number">Waiting</th></tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>
${ledger.files.length > rows.length && html`<p class="muted">and ${whole(ledger.files.length - rows.length)} more files</p>`}`;
}

function row({ path, pipeline, read, tally, inFlight, unread, gaps }: LedgerView): Html {
  const rejected = pageUrl({
    query: isCondition('log.file.path', path),
    range: 'all',
    index: 'logs-logmill.dead_letter-*',
  });
  const lost =
    gaps > 0 &&
    html`<span class="lost" title="lost to truncation or deletion before they were read"> ${bytes(gaps)} lost</span>`;
  return html`<tr><th scope="row"><a href="${pageUrl({ query: isCondition('log.file.path', path), range: 'all' })}">${path}</a></th><td>${pipeline}</td>
<td class="number">${whole(read.lines)}</td><td class="number">${whole(tally.indexed.lines + tally.already_there.lines)}</td>
<td class="number">${tally.dead_lettered.lines === 0 ? '0' : html`<a class="lost" href="${rejected}">${whole(tally.dead_lettered.lines)}</a>`}</td>
<td class="number">${whole(tally.dropped.lines)}</td><td class="number">${whole(inFlight.lines)}</td><td class="number">${unread === 0 ? 'none' : bytes(unread)}${lost}</td></tr>`;
}
