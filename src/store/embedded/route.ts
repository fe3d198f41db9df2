import type { Reader } from './slice.ts';

/** An error as Elasticsearch answers it: `{"error":{"type","reason"},"status"}`. */
export class EsError extends Error {
  override readonly name = 'EsError';
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, type: string, reason: string, details: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.status = status;
    this.type = type;
    this.details = details;
  }

  /** The response body, in Elasticsearch's shape. */
  toBody() {
    const cause = { type: this.type, reason: this.message, ...this.details };
    return { error: { root_cause: [cause], ...cause }, status: this.status };
  }
}

export type RouteRequest = {
  /** Values of `:name` parts of the pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal | undefined;
};

/** `body` is serialised as JSON, a Buffer goes out as it is, undefined as an empty body. */
export type RouteResponse = { readonly status: number; readonly body?: unknown };

/** One row of the route table; `Context` is what the handlers of a group need. */
export type Route<Context = Reader> = {
  readonly methods: readonly string[];
  /** Path pattern, `:name` for one segment: `/:index/_search`. More literal patterns win. */
  readonly pattern: string;
  handle(request: RouteRequest, context: Context): Promise<RouteResponse>;
};
