import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { childEnvironment, MAIN } from './child.ts';

/** By itself the client waits for ever. */
const REQUEST_MS = 20_000;

/** A store that all seeds of a run share, each in a namespace of its own. */
export type DrillStore = {
  readonly url: URL;
  readonly client: Client;
  /** Whether `index.blocks` of an index are what the store heeds itself. */
  readonly hasBlocks: boolean;
  /** kill -9, and a new start; nothing where the store is not ours. */
  kill(): Promise<void>;
  close(): Promise<void>;
};

export function elasticsearchStore(address: string): DrillStore {
  const url = new URL(address);
  const client = new Client({ node: address, requestTimeout: REQUEST_MS });
  return { url, client, hasBlocks: true, kill: async () => {}, close: () => client.close() };
}

/** The embedded store, served by a process of its own: kills of the agent do not touch it. */
export async function embeddedStore(folder: string, cache: string): Promise<DrillStore> {
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, 'serve.yaml');
  writeFileSync(config, 'data: ./data\nlog: { level: error }\n');
  let child = await serve(config, 0, cache);
  const { port } = child;
  const url = new URL(`http://127.0.0.1:${port}/es`);
  const client = new Client({ node: url.href, requestTimeout: REQUEST_MS });
  let restarting: Promise<void> = Promise.resolve();
  return {
    url,
    client,
    hasBlocks: false,
    kill: () => {
      restarting = restarting.then(async () => {
        await end(child.process);
        child = await serve(config, port, cache);
      });
      return restarting;
    },
    close: async () => {
      await restarting;
      await client.close();
      await end(child.process);
    },
  };
}

async function serve(config: string, port: number, cache: string): Promise<{ process: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', config, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnvironment(cache),
  });
  let said = '';
  for await (const part of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    said += part;
    const match = /^serving http:\/\/[^ ]*:(\d+)\//m.exec(said);
    if (match === null) continue;
    child.stdout.resume();
    return { process: child, port: Number(match[1]) };
  }
  throw new Error(`the store of the drill did not start:\n${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
