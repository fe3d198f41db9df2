/*
 * THE WHOLE WAY OF A LINE
 *
 *   file ─► agent: discover ─ open ─ read block ─ frame lines                      src/agent/
 *                                        │ Chunk: lines with offset, key, crc
 *                                        ▼
 *           pipeline: parse ─ time ─ validate ─ enrich ─ route ─ write document     src/pipeline/
 *              │ rejected (reason, field)   │ dropped (rule)   │ Outgoing: id, index, JSON
 *              ▼                            ▼                  ▼
 *           delivery: dead letter        counted            batch ─ _bulk create ─ judge ─ retry   src/delivery/
 *                                        ▼
 *           acknowledged ─► tally ─► ledger and checkpoint                          src/agent/
 *
 * Backpressure: the agent stops reading while the bytes it handed out and has not got back exceed `delivery.in_flight`.
 */
import type { Logger } from 'pino';
import { type Agent, startAgent } from './agent/agent.ts';
import type { HandOver } from './agent/network.ts';
import { nextDue } from './agent/rotate/due.ts';
import { Rotation } from './agent/rotate/rotation.ts';
import { pipelineChooser } from './choose-pipeline.ts';
import type { Config } from './config/schema.ts';
import { type Delivery, startDelivery } from './delivery/delivery.ts';
import { systemClock } from './model/clock.ts';
import { HeldBack } from './model/held-back.ts';
import { parseBytes, parseDuration } from './model/units.ts';
import type { Pipelines } from './pipeline/pipelines.ts';
import { runPipelines } from './running-pipelines.ts';
import type { Store } from './store/client.ts';
import type { Telemetry } from './telemetry.ts';

/** Of what is in flight, so much may wait for single indices before their sources are held back. */
const HELD_BACK_SHARE = 0.5;

export type MainLineOptions = {
  readonly config: Config;
  readonly pipelines: Pipelines;
  readonly store: Store;
  /** Folder of checkpoints; may be deleted at any time while nothing runs. */
  readonly stateFolder: string;
  readonly host: { readonly id: string; readonly name: string };
  /** Stop when every input is at its end and acknowledged. */
  readonly once: boolean;
  /** Passes inputs that others send to from one main line to the next. */
  readonly handOver?: HandOver;
  /** Nothing is delivered before it resolves, while senders are served already; by default the store is there. */
  readonly storeReady?: Promise<void>;
  readonly telemetry: Telemetry;
  readonly log: Logger;
};

export type MainLine = {
  readonly agent: Agent;
  readonly delivery: Delivery;
  /** Resolves when `once` is over or after `stop`, with everything acknowledged that could be; rejects on a fault of the program. */
  readonly done: Promise<void>;
  /** Stops reading and waits for what is under way, at most `deadlineMs`; the rest is read again at the next start. */
  stop(deadlineMs: number): Promise<void>;
};

/** Wires agent, pipelines and delivery, and starts moving lines. */
export function startMainLine(options: MainLineOptions): MainLine {
  const { config, pipelines, store, telemetry, log, host } = options;
  const inFlightBytes = parseBytes(config.delivery.in_flight);
  const heldBack = new HeldBack(inFlightBytes * HELD_BACK_SHARE);
  const agent = startAgent({
    inputs: config.inputs,
    stateFolder: options.stateFolder,
    dataFolder: config.data,
    host,
    inFlightBytes,
    heldBack,
    once: options.once,
    ...(options.handOver === undefined ? {} : { handOver: options.handOver }),
    choosePipeline: pipelineChooser(pipelines, log.child({ part: 'agent' })),
    multilineOf: (name) => (pipelines.names.includes(name) ? pipelines.get(name).multiline : undefined),
    telemetry,
    log: log.child({ part: 'agent' }),
  });
  const running = runPipelines(options, (processed) => delivery.accept(processed));
  const delivery: Delivery = startDelivery({
    client: store.client,
    process: running.process,
    place: store.place,
    settings: config.delivery,
    ...(store.home === 'elasticsearch' ? { compression: config.delivery.compression } : {}),
    ...requestTimeout(config),
    maxLetterBytes: parseBytes(config.dead_letters.max_bytes),
    heldBack,
    namespace: config.namespace,
    host,
    telemetry,
    log: log.child({ part: 'delivery' }),
  });
  const rotation = rotationOf(options, agent);
  rotation?.start();
  const { storeReady = Promise.resolve() } = options;
  const stopping = Promise.withResolvers<boolean>();
  const mayDeliver = Promise.race([storeReady.then(() => true), stopping.promise]);
  let isDelivering = false;
  const moving = (async () => {
    for await (const chunk of agent.chunks()) {
      // Read but not accepted: it stays unacknowledged, and is read again at the next start.
      if (!(await mayDeliver)) break;
      isDelivering = true;
      await running.take(chunk);
    }
    await running.close();
    await delivery.drain();
    await agent.stop();
    await delivery.close();
  })();
  // On a quiet host no chunk comes for long that would find delivery broken, or the store refusing.
  const refused = mayDeliver.then(() => moving);
  const done = Promise.race([moving, refused, delivery.failure]);
  return {
    agent,
    delivery,
    done,
    stop: async (deadlineMs) => {
      stopping.resolve(false);
      await rotation?.stop();
      // What was never delivered is never acknowledged.
      await agent.stop(isDelivering ? deadlineMs : 0);
      await delivery.close();
      await done;
    },
  };
}

/** What rotates the files of inputs that ask for it; only what the store has ever goes. */
function rotationOf(
  { config, once, stateFolder, telemetry, log }: MainLineOptions,
  agent: Agent,
): Rotation | undefined {
  if (once || config.inputs.every(({ rotate }) => rotate === undefined)) return undefined;
  const { inputs } = config;
  return new Rotation({
    inputs,
    agent,
    stateFolder,
    clock: systemClock,
    telemetry,
    log: log.child({ part: 'rotation' }),
    nextDue,
  });
}

/** The longest that one request to the store may take. */
function requestTimeout({ store }: Config): { readonly requestTimeout?: number } {
  return store.elasticsearch === undefined ? {} : { requestTimeout: parseDuration(store.elasticsearch.timeout) };
}
