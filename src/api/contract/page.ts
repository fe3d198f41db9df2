import type { AlertView } from './alerts.ts';
import type { ErrorGroupsAnswer } from './error-groups.ts';
import type { Fault } from './fault.ts';
import type { LedgerAnswer } from './ledger.ts';
import type { Span } from './scope.ts';
import type { SearchAnswer } from './search.ts';

/** Ranges a person can choose; `custom` goes with `from` and `to`. */
export const PAGE_RANGES = ['15m', '1h', '4h', '24h', '7d', '30d', 'all', 'custom'] as const;
export type PageRange = (typeof PAGE_RANGES)[number];

/** What the page's address says, and what its links change. */
export type PageForm = {
  readonly query: string;
  readonly range: PageRange;
  readonly from?: string;
  readonly to?: string;
  readonly index?: string;
  readonly cursor?: string;
};

/** Levels as the histogram stacks them, from the bottom up. */
export const PAGE_LEVELS = ['error', 'warn', 'info', 'debug', 'other'] as const;
export type PageLevel = (typeof PAGE_LEVELS)[number];

export type PageHistogram = {
  readonly interval_ms: number;
  readonly steps: readonly { readonly time: string; readonly counts: Readonly<Record<PageLevel, number>> }[];
  readonly totals: Readonly<Record<PageLevel, number>>;
  /** KQL that finds exactly the events counted as such. */
  readonly conditions: Readonly<Record<'error' | 'warn', string>>;
};

/** Events and errors of one `service.name`. */
export type PageService = { readonly name: string; readonly events: number; readonly errors: number };

/** Everything the page shows; parts that could not be read are undefined and `fault` says why. */
export type PageModel = {
  readonly version: string;
  /** Where the store is, for people. */
  readonly place: string;
  readonly now: string;
  readonly form: PageForm;
  readonly fault: Fault['error'] | undefined;
  /** What is looked at; null for all time without events. */
  readonly span: Span | null;
  readonly histogram: PageHistogram | undefined;
  readonly lines: SearchAnswer | undefined;
  /** Time of the newest event whatever the query and the range; null when the store has none. */
  readonly newest: string | null | undefined;
  readonly errors: ErrorGroupsAnswer | undefined;
  /** Where events come from, most errors first. */
  readonly services: readonly PageService[] | undefined;
  /** Alerts that need somebody; undefined when they could not be read. */
  readonly alerts: readonly AlertView[] | undefined;
  readonly ledger: LedgerAnswer;
};
