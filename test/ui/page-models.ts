import type { PageModel } from '../../src/api/contract/page.ts';
import { ledgerEntry } from '../api/test-server.ts';

const AT = '2026-11-21T09:59:00.000Z';
const COUNTS = { error: 1, warn: 2, info: 3, debug: 0, other: 4 };

/** A page with everything on it, where each text that comes from logs, rules, files or the address is `text`. */
export function modelOf(text: string): PageModel {
  const document = { '@timestamp': AT, message: text, service: { name: text }, error: { type: text, message: text } };
  return {
    version: '0.0.0',
    place: text,
    now: '2026-11-21T10:00:00.000Z',
    form: { query: text, range: 'custom', from: text, to: text, index: text, cursor: text },
    fault: { code: 'KQL_SYNTAX', message: text, help: text, where: { column: 3 } },
    span: { from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T10:00:00.000Z' },
    newest: AT,
    histogram: {
      interval_ms: 60_000,
      steps: [{ time: AT, counts: COUNTS }],
      totals: COUNTS,
      conditions: { error: 'log.level: error', warn: 'log.level: warn' },
    },
    lines: {
      total: 1,
      took_ms: 1,
      cursor: text,
      hits: [
        {
          index: text,
          id: text,
          source: {
            ...document,
            [text]: text,
            log: { level: text, file: { path: text } },
            tags: [text, { deep: text }],
          },
        },
        { index: text, id: 'sparse', source: { '@timestamp': text, url: { path: text }, trace: { id: text } } },
      ],
    },
    errors: {
      total: 1,
      distinct: 3,
      span: null,
      interval_ms: null,
      groups: [
        {
          key: text,
          type: text,
          sample: text,
          sample_id: text,
          count: 1,
          first_seen: AT,
          last_seen: text,
          services: [{ name: text, count: 1 }],
          trend: [0, 2],
        },
      ],
    },
    services: [{ name: text, events: 2, errors: 1 }],
    alerts: [alert(text, 'open'), alert(text, 'acknowledged')],
    ledger: { reading: true, balanced: true, files: [{ ...ledgerEntry(text, 3, 1), pipeline: text, gaps: 5 }] },
  };
}

function alert(text: string, status: 'open' | 'acknowledged'): NonNullable<PageModel['alerts']>[number] {
  return {
    id: text,
    rule: { name: text, uuid: text, author: text },
    severity: 'critical',
    group: { [text]: text, 'error.grouping_key': text },
    state: 'firing',
    status,
    summary: status === 'open' ? text : 'none of its values',
    runbook: status === 'open' ? text : `javascript:${text}`,
    value: 1,
    threshold: text,
    window: { start: AT, end: AT },
    started_at: AT,
    updated_at: AT,
    evidence: [],
    note: text,
    by: text,
  };
}
