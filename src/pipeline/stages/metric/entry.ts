import type { Event, JsonValue } from '../../../model/event.ts';
import type { RecordToken } from '../../stage.ts';
import { isoOf } from '../time/iso.ts';

/** The field that every document of a metric has. */
export const METRIC_NAME = 'logmill.metric.name';

type Statistics = { count: number; sum: number; min: number; max: number };

/** What is counted of one key in one interval. */
export class MetricEntry {
  /** ms since the epoch, by the events. */
  readonly start: number;
  /** By the clock. */
  readonly openedAt: number;
  readonly records: RecordToken[] = [];
  readonly #key: Event;
  readonly #statistics: ReadonlyMap<string, Statistics>;

  constructor(start: number, openedAt: number, key: Event, values: readonly string[]) {
    this.start = start;
    this.openedAt = openedAt;
    this.#key = key;
    this.#statistics = new Map(values.map((field) => [field, { count: 0, sum: 0, min: Infinity, max: -Infinity }]));
  }

  add(event: Event, record: RecordToken): void {
    this.records.push(record);
    for (const [field, statistics] of this.#statistics) {
      const value = event[field];
      if (typeof value !== 'number') continue;
      statistics.count++;
      statistics.sum += value;
      statistics.min = Math.min(statistics.min, value);
      statistics.max = Math.max(statistics.max, value);
    }
  }

  /** The document. @param interval ms. */
  event(name: string, dataset: string | undefined, interval: number): Event {
    const made: Event = {
      ...this.#key,
      '@timestamp': isoOf(this.start),
      message: `${name}: ${this.records.length}`,
      'event.kind': 'metric',
      'event.start': isoOf(this.start),
      'event.end': isoOf(this.start + interval),
      'data_stream.type': 'metrics',
      [METRIC_NAME]: name,
      'logmill.metric.count': this.records.length,
    };
    if (dataset !== undefined) made['data_stream.dataset'] = dataset;
    for (const [field, { count, sum, min, max }] of this.#statistics) {
      if (count === 0) continue;
      const values: Readonly<Record<string, JsonValue>> = { count, sum, min, max };
      for (const [what, value] of Object.entries(values)) made[`logmill.metric.values.${field}.${what}`] = value;
    }
    return made;
  }
}
