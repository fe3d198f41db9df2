import type { Config } from '../config/schema.ts';
import { lockHolder } from './lock.ts';
import { places, serverAddress } from './session.ts';

/**
 * Asks the running server of this data folder for a JSON document of the API.
 * Undefined when none runs or it does not know; the caller then reads what is on disk.
 */
export async function askServer<Answer>(config: Config, path: string): Promise<Answer | undefined> {
  const holder = lockHolder(places(config).storeLock);
  if (holder?.port === undefined) return undefined;
  const answer = await fetch(`${serverAddress(config, holder.port)}${path}`, {
    headers: { authorization: `Bearer ${holder.token}` },
    redirect: 'error',
  }).catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as Answer) : undefined;
}
