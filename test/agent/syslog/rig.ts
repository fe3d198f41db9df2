import type { AgentOptions } from '../../../src/agent/agent.ts';
import type { SyslogConfig } from '../../../src/config/network-schema.ts';
import type { InputConfig } from '../../../src/config/schema.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { eventually } from '../../process/server.ts';
import type { Rig } from '../rig.ts';

export type Addresses = { udp?: number; tcp?: number; tls?: number };

export function syslogInput(config: Partial<SyslogConfig>, more: Partial<InputConfig> = {}): InputConfig {
  return {
    name: 'network',
    syslog: { max_connections: 100, idle_timeout: '1m', ...config },
    start: 'beginning',
    encoding: 'utf-8',
    max_line_bytes: '1MB',
    ...more,
  } as InputConfig;
}

/** Starts an agent that listens for syslog, and gives the ports it got. */
export async function listening(rig: Rig, input: InputConfig, more: Partial<AgentOptions> = {}): Promise<Addresses> {
  const before = rig.said.length;
  rig.start([input], { clock: systemClock, dataFolder: rig.file('data'), ...more });
  const said = await eventually('the agent listens', async () =>
    rig.said.slice(before).find(({ msg }) => msg === 'listening for syslog'),
  );
  const { addresses } = said as unknown as { addresses: string[] };
  return Object.fromEntries(addresses.map((text) => [text.split(' ')[0], Number(/\d+$/.exec(text)![0])]));
}

/** Resolves once so many lines have come. */
export async function lines(rig: Rig, count: number): Promise<void> {
  await eventually(`${count} lines`, async () => rig.lines.length >= count);
}
