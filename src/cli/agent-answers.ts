import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenCheck } from '../api/auth.ts';
import { deliveryAnswer } from '../api/queries/delivery.ts';
import { ledgerAnswer } from '../api/queries/ledger.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Lock } from './lock.ts';

const HOST = '127.0.0.1';
const JSON_TYPE = 'application/json; charset=utf-8';

type Asked = {
  readonly agent: { files(): readonly LedgerEntry[] };
  readonly telemetry: Telemetry;
  /** Tells commands of the same user the port, and the token that they must bring. */
  readonly lock: Lock;
};

/**
 * Answers what commands ask a running agent: ledger and delivery as they stand, and its metrics. The API proper, with a
 * server that is worth loading for it, is `logmill up`'s.
 */
export async function answerCommands({ agent, telemetry, lock }: Asked): Promise<{ close(): void }> {
  const hasToken = createTokenCheck([lock.token]);
  const answers: Readonly<Record<string, () => Promise<readonly [type: string, body: string]>>> = {
    '/api/v1/ledger': async () => [JSON_TYPE, JSON.stringify(ledgerAnswer(agent.files(), undefined))],
    '/api/v1/delivery': async () => [JSON_TYPE, JSON.stringify(await deliveryAnswer(telemetry))],
    '/metrics': async () => [telemetry.registry.contentType, await telemetry.registry.metrics()],
  };
  const serve = async ({ method, url = '', headers }: IncomingMessage, response: ServerResponse) => {
    const answer = method === 'GET' ? answers[url] : undefined;
    if (!hasToken(headers)) return response.writeHead(401).end();
    if (answer === undefined) return response.writeHead(404).end();
    const [type, body] = await answer();
    return response.writeHead(200, { 'content-type': type }).end(body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  // Nobody waits for a command.
  server.unref();
  lock.announce((server.address() as AddressInfo).port);
  return {
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
