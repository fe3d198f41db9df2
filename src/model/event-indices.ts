/** Everybody's events, without logmill's own bookkeeping: its errors must not raise the error rate. */
export const EVENT_INDICES = 'logs-*,-logs-logmill.*';
