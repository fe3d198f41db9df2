import type { Config } from '../config/schema.ts';
import { type Holder, lockHolder } from './lock.ts';
import { places, serverAddress } from './session.ts';

/**
 * Asks what runs on this data folder for a JSON document of the API: the agent, if that is a process of its own, else the
 * server. Undefined when none runs or none knows; the caller then reads what is on disk.
 */
export async function askServer<Answer>(config: Config, path: string): Promise<Answer | undefined> {
  const { agentLock, storeLock } = places(config);
  const agent = lockHolder(agentLock);
  const ofAgent =
    agent?.port === undefined ? undefined : await ask<Answer>(`http://127.0.0.1:${agent.port}${path}`, agent);
  if (ofAgent !== undefined) return ofAgent;
  const server = lockHolder(storeLock);
  return server?.port === undefined ? undefined : await ask(`${serverAddress(config, server.port)}${path}`, server);
}

async function ask<Answer>(url: string, { token }: Holder): Promise<Answer | undefined> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'error' }).catch(
    () => undefined,
  );
  return answer?.ok === true ? ((await answer.json()) as Answer) : undefined;
}
