import { ECS_VERSION, type Event, type JsonValue, removeField } from '../model/event.ts';
import type { Line } from '../model/line.ts';
import { addFraming } from './framed.ts';
import { STAGE_ERRORS } from './on-error.ts';
import type { Veil } from './stage.ts';
import { veiled } from './stages/privacy/taken.ts';
import { isoOf } from './stages/time/iso.ts';

/** What every document gets after the stages: contracts, "Event and record". */
export type Finish = {
  /** Adds what the line does not say itself. @param time read time, ms. */
  complete(event: Event, line: Line, path: string | undefined, time: number): void;
  /** Name of the data stream or index of a completed event. */
  index(event: Event): string;
};

export type FinishParts = {
  readonly dataset: string;
  readonly namespace: string;
  readonly host: { readonly id: string; readonly name: string };
  readonly service: string | undefined;
  readonly fields: Readonly<Record<string, JsonValue>>;
  /** Whether a stage may send events elsewhere. */
  readonly routes: boolean;
  /** Whether `event.original` is to stay only where a stage failed and `message` is not the line any more. */
  readonly originalOfFailed?: boolean;
  /** What the line goes through where it becomes the message. */
  readonly veils?: readonly Veil[];
};

/** Names of streams that are kept: a route may take them from the lines. */
const MOST_ROUTES = 1000;

/** Makes the last step of a pipeline for one source. */
export function createFinish(parts: FinishParts): Finish {
  const { dataset, namespace, host, service, fields, routes, originalOfFailed = false, veils = [] } = parts;
  const ownIndex = `logs-${dataset}-${namespace}`;
  const routed = new Map<string, string>();
  const extra = Object.entries(fields);

  function indexOf(type: string, toDataset: string, toNamespace: string): string {
    const key = `${type}/${toDataset}/${toNamespace}`;
    let name = routed.get(key);
    if (name === undefined) {
      name = `${type}-${toDataset}-${toNamespace}`;
      if (routed.size >= MOST_ROUTES) routed.clear();
      routed.set(key, name);
    }
    return name;
  }

  return {
    complete(event, line, path, time) {
      if (event['@timestamp'] === undefined) event['@timestamp'] = isoOf(time);
      if (event['message'] === undefined) event['message'] = veiled(line.text, event, veils);
      if (originalOfFailed && (event[STAGE_ERRORS] === undefined || event['event.original'] === event['message'])) {
        removeField(event, 'event.original');
      }
      if (event['host.name'] === undefined) {
        event['host.name'] = host.name;
        event['host.id'] = host.id;
      }
      if (service !== undefined && event['service.name'] === undefined) event['service.name'] = service;
      for (let index = 0; index < extra.length; index++) {
        const field = extra[index]!;
        if (event[field[0]] === undefined) event[field[0]] = field[1];
      }
      if (isFramed(line)) addFraming(event, line, path);
      event['ecs.version'] = ECS_VERSION;
      event['event.dataset'] = routes ? (event['data_stream.dataset'] ?? dataset) : dataset;
      if (path !== undefined) event['log.file.path'] = path;
      event['log.offset'] = line.offset;
    },
    index(event) {
      if (!routes) return ownIndex;
      const toDataset = event['data_stream.dataset'];
      const toNamespace = event['data_stream.namespace'];
      const type = event['data_stream.type'] === 'metrics' ? 'metrics' : 'logs';
      if (toDataset === undefined && toNamespace === undefined && type === 'logs') return ownIndex;
      return indexOf(type, String(toDataset ?? dataset), String(toNamespace ?? namespace));
    },
  };
}

/** Whether framing knows anything of the line that its text does not say. */
function isFramed({ raw, flags, container, waited }: Line): boolean {
  return raw !== undefined || flags !== undefined || container !== undefined || waited !== undefined;
}
