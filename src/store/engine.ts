/** One request in Elasticsearch's REST terms. `path` is decoded by the engine; `query` holds the last value of each name. */
export type EngineRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type EngineResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/**
 * The embedded store as one function of plain data, so that it can move to a worker thread without touching a caller.
 * Both the in-process Connection and the HTTP routes under /es call it; they never look behind it.
 */
export interface Engine {
  /** Never rejects for bad input: that is an Elasticsearch error body with its status. Rejects only when the engine is closed or broken. */
  handle(request: EngineRequest, signal?: AbortSignal): Promise<EngineResponse>;
  /** Finishes what is running, makes everything durable and releases the data folder. */
  close(): Promise<void>;
}
