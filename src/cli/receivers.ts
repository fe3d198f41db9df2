import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Receiving } from '../api/options.ts';
import { addressOf } from '../config/check-network.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secret.ts';
import type { MainLine } from '../main-line.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import type { Telemetry } from '../telemetry.ts';
import { closeServer, listen } from './listen.ts';

type Settings = { readonly config: Config; readonly pipelines: Pipelines };

export type ReceiversOptions = Settings & {
  /** The one at work when lines come in: a reload puts another in its place. */
  readonly mainLine: Pick<MainLine, 'agent'>;
  /** Whether API and page are served at `http`: inputs without a port of their own are taken there. */
  readonly hasApi: boolean;
  readonly telemetry: Telemetry;
  readonly log: Logger;
};

/** An address that senders send to. */
type Place = { readonly host: string; readonly port: number; readonly isApi: boolean };
type Open = { readonly place: Place; readonly server: FastifyInstance };

/** Servers for inputs that senders reach over HTTP; the server is loaded only where there is one. */
export class Receivers {
  readonly #options: ReceiversOptions;
  #settings: Settings;
  #open = new Map<string, Open>();

  private constructor(options: ReceiversOptions) {
    this.#options = options;
    this.#settings = options;
  }

  /** Throws LogmillError PORT_BUSY. */
  static async start(options: ReceiversOptions): Promise<Receivers> {
    const receivers = new Receivers(options);
    await receivers.apply(options);
    return receivers;
  }

  /** What the API's server takes lines for: always as configured last. */
  get api(): Receiving {
    const { config } = this.#settings;
    return this.#receivingAt(addressOf(config, {}), () => this.#options.mainLine.agent.stopReceiving());
  }

  /** Listens where the settings say, and nowhere else. */
  async apply(settings: Settings): Promise<void> {
    this.#settings = settings;
    const wanted = placesOf(settings.config);
    for (const [address, { server }] of this.#open) {
      if (wanted.has(address)) continue;
      this.#open.delete(address);
      await closeServer(server);
    }
    for (const [address, place] of wanted) {
      if (this.#open.has(address) || (place.isApi && this.#options.hasApi)) continue;
      this.#open.set(address, { place, server: await this.#listen(address, place) });
    }
  }

  async close(): Promise<void> {
    if (this.#open.size > 0) this.#options.mainLine.agent.stopReceiving();
    await Promise.all([...this.#open.values()].map(({ server }) => closeServer(server)));
  }

  async #listen(address: string, { host, port }: Place): Promise<FastifyInstance> {
    const { telemetry, log } = this.#options;
    const { config } = this.#settings;
    const { buildReceiverServer } = await import('../api/receiver-server.ts');
    const server = buildReceiverServer({
      config,
      host,
      telemetry,
      log: log.child({ part: 'http' }),
      tokens: config.http.tokens.map(readSecret),
      // A server that a reload closes had inputs of its own, and they have ended: those of others go on being answered.
      receiving: this.#receivingAt(address, () => {}),
    });
    const url = await listen(server, { host, port });
    log.info({ url }, 'listening for senders');
    return server;
  }

  #receivingAt(address: string, stopReceiving: () => void): Receiving {
    const settings = () => this.#settings;
    const { mainLine } = this.#options;
    const inputOf = (kind: 'http' | 'otlp') => {
      const { config } = settings();
      return config.inputs.find((input) => input[kind] !== undefined && addressOf(config, input[kind]) === address);
    };
    return {
      get http() {
        return inputOf('http');
      },
      get otlp() {
        return inputOf('otlp');
      },
      get pipelines() {
        return [...settings().pipelines.names];
      },
      receive: (input, parcel) => mainLine.agent.receive(input, parcel),
      stopReceiving,
    };
  }
}

function placesOf(config: Config): Map<string, Place> {
  const places = new Map<string, Place>();
  const api = addressOf(config, {});
  for (const { http, otlp } of config.inputs) {
    for (const receiver of [http, otlp]) {
      if (receiver === undefined) continue;
      const address = addressOf(config, receiver);
      const { host = config.http.host, port = config.http.port } = receiver;
      places.set(address, { host, port, isApi: address === api });
    }
  }
  return places;
}
