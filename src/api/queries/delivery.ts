import type { Counter, Gauge } from 'prom-client';
import type { Telemetry } from '../../telemetry.ts';
import type { DeliveryAnswer } from '../contract/delivery.ts';

/** How delivery of this process stands: what its metrics say, in the API's words. */
export async function deliveryAnswer(telemetry: Telemetry): Promise<DeliveryAnswer> {
  return {
    in_flight_bytes: await numberOf(telemetry.inFlightBytes),
    concurrency: await numberOf(telemetry.bulkConcurrency),
    batch_bytes: await numberOf(telemetry.batchBytes),
    held: await rowsOf(telemetry.heldDocuments, 'index', 'reason'),
    retries: await rowsOf(telemetry.retries, 'input', 'reason'),
    quarantined: await rowsOf(telemetry.quarantined, 'pipeline'),
    dead_letter_bytes: await numberOf(telemetry.deadLetterBytes),
  };
}

async function numberOf(gauge: Gauge): Promise<number> {
  return (await gauge.get()).values[0]?.value ?? 0;
}

async function rowsOf<Label extends string>(metric: Counter<Label> | Gauge<Label>, ...labels: Label[]) {
  const { values } = await metric.get();
  return values.map((row) => ({
    ...(Object.fromEntries(labels.map((label) => [label, String(row.labels[label])])) as Record<Label, string>),
    documents: row.value,
  }));
}
