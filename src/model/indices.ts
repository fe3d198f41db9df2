/** Everybody's events, without logmill's own bookkeeping: its errors must not raise the error rate. */
export const EVENT_INDICES = 'logs-*,-logs-logmill.*';

/** Plain index with one document per alert, its current state (docs/contracts.md, "Indices"). */
export const ALERTS_INDEX = 'logmill-alerts';
