import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OUTCOMES } from './model/line.ts';

/** Every metric of the product, registered once at start; hot paths keep the child they need (`lines.labels(…)`). */
export type Telemetry = ReturnType<typeof createTelemetry>;

/** Makes a registry with all metrics at zero. One per process; tests make their own. */
export function createTelemetry() {
  const registry = new Registry();
  const registers = [registry];
  const telemetry = {
    registry,
    readBytes: new Counter({
      name: 'logmill_agent_read_bytes_total',
      help: 'Bytes of complete lines read',
      labelNames: ['input'],
      registers,
    }),
    readLines: new Counter({
      name: 'logmill_agent_read_lines_total',
      help: 'Complete lines read',
      labelNames: ['input'],
      registers,
    }),
    outcomes: new Counter({
      name: 'logmill_lines_total',
      help: 'Lines by what became of them',
      labelNames: ['input', 'outcome'],
      registers,
    }),
    rejected: new Counter({
      name: 'logmill_rejected_lines_total',
      help: 'Lines rejected',
      labelNames: ['pipeline', 'reason'],
      registers,
    }),
    dropped: new Counter({
      name: 'logmill_dropped_lines_total',
      help: 'Lines dropped on purpose',
      labelNames: ['pipeline', 'rule'],
      registers,
    }),
    contractBreaches: new Counter({
      name: 'logmill_contract_broken_events_total',
      help: 'Events that broke the contract of their stream, by what became of them',
      labelNames: ['dataset', 'contract', 'outcome'],
      registers,
    }),
    contractDrift: new Counter({
      name: 'logmill_contract_drift_total',
      help: 'New, changed and missing fields of streams, each told of once',
      labelNames: ['dataset', 'contract', 'change'],
      registers,
    }),
    openFiles: new Gauge({ name: 'logmill_agent_open_files', help: 'Files being read', registers }),
    lagBytes: new Gauge({
      name: 'logmill_agent_lag_bytes',
      help: 'Bytes in files not yet read',
      labelNames: ['input'],
      registers,
    }),
    unreadableFiles: new Gauge({
      name: 'logmill_agent_unreadable_files',
      help: 'Files that match but cannot be read',
      registers,
    }),
    gapBytes: new Counter({
      name: 'logmill_agent_gap_bytes_total',
      help: 'Bytes lost to truncation or deletion before they were read',
      labelNames: ['input'],
      registers,
    }),
    received: new Counter({
      name: 'logmill_input_received_lines_total',
      help: 'Lines of senders that are on disk',
      labelNames: ['input'],
      registers,
    }),
    refused: new Counter({
      name: 'logmill_input_refused_lines_total',
      help: 'Lines or connections of senders that were not taken',
      labelNames: ['input', 'reason'],
      registers,
    }),
    queueBytes: new Gauge({
      name: 'logmill_input_queue_bytes',
      help: 'Bytes in the disk queue of an input',
      labelNames: ['input'],
      registers,
    }),
    connections: new Gauge({
      name: 'logmill_input_connections',
      help: 'Connections of senders open now',
      labelNames: ['input'],
      registers,
    }),
    rotations: new Counter({
      name: 'logmill_agent_rotations_total',
      help: 'Files that logmill rotated, compressed or deleted, and rotations that failed',
      labelNames: ['input', 'result'],
      registers,
    }),
    inFlightBytes: new Gauge({
      name: 'logmill_delivery_in_flight_bytes',
      help: 'Bytes read but not yet acknowledged',
      registers,
    }),
    bulks: new Counter({
      name: 'logmill_delivery_bulk_requests_total',
      help: 'Bulk requests by result',
      labelNames: ['result'],
      registers,
    }),
    bulkSeconds: new Histogram({
      name: 'logmill_delivery_bulk_seconds',
      help: 'Duration of bulk requests',
      registers,
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    }),
    retries: new Counter({
      name: 'logmill_delivery_retries_total',
      help: 'Items sent again',
      labelNames: ['reason', 'input'],
      registers,
    }),
    quarantined: new Counter({
      name: 'logmill_delivery_quarantined_documents_total',
      help: 'Documents that lost a field the store refused to logmill.quarantined',
      labelNames: ['pipeline'],
      registers,
    }),
    bulkConcurrency: new Gauge({
      name: 'logmill_delivery_concurrency',
      help: 'Bulks that may be under way at once, as the store takes them now',
      registers,
    }),
    batchBytes: new Gauge({
      name: 'logmill_delivery_batch_bytes',
      help: 'Largest bulk body, as the store takes it now',
      registers,
    }),
    heldDocuments: new Gauge({
      name: 'logmill_delivery_held_documents',
      help: 'Documents that wait for an index which takes none',
      labelNames: ['index', 'reason'],
      registers,
    }),
    deadLetterBytes: new Gauge({
      name: 'logmill_dead_letter_bytes',
      help: 'Bytes of dead letters in the store, as far as this process has asked',
      registers,
    }),
    ruleSeconds: new Histogram({
      name: 'logmill_rule_evaluation_seconds',
      help: 'Duration of one rule evaluation',
      labelNames: ['rule'],
      registers,
    }),
    ruleErrors: new Counter({
      name: 'logmill_rule_errors_total',
      help: 'Rule evaluations that failed',
      labelNames: ['rule'],
      registers,
    }),
    ruleLeftOut: new Counter({
      name: 'logmill_rule_left_out_total',
      help: 'Groups beyond the limit, and grid times or late events beyond the catch-up, that a rule did not look at',
      labelNames: ['rule', 'what'],
      registers,
    }),
    alertsFiring: new Gauge({
      name: 'logmill_alerts_firing',
      help: 'Alerts firing now',
      labelNames: ['rule', 'severity'],
      registers,
    }),
    notifications: new Counter({
      name: 'logmill_notifications_total',
      help: 'Notifications by channel and result',
      labelNames: ['channel', 'result'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'logmill_http_request_seconds',
      help: 'Duration of HTTP requests',
      labelNames: ['route', 'status'],
      registers,
    }),
    reloadSuccess: new Gauge({
      name: 'logmill_config_reload_success',
      help: 'Whether the configuration as it is now on the disk is the one at work (1), or was refused (0)',
      registers,
    }),
    reloadSeconds: new Gauge({
      name: 'logmill_config_reload_success_timestamp_seconds',
      help: 'When a configuration was last taken',
      registers,
    }),
    /** CPU and memory of this process, in Prometheus' standard names. */
    processCpuSeconds: new Gauge({
      name: 'process_cpu_seconds_total',
      help: 'User and system CPU time',
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.set((user + system) / 1e6);
      },
    }),
    processResidentBytes: new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory',
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    }),
  };
  return telemetry;
}

/** Labels of one input's outcome counters, made once so that the hot path only increments. */
export function outcomeCounters(telemetry: Telemetry, input: string) {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, telemetry.outcomes.labels(input, outcome)]));
}
