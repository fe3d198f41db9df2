import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { Rotation, type RotationOptions } from '../../../src/agent/rotate/rotation.ts';
import type { RotateConfig } from '../../../src/config/rotate-schema.ts';
import type { InputConfig } from '../../../src/config/schema.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { fileInput, type Rig } from '../rig.ts';

/** What `rotate:` says, with the defaults of what is left out. */
export function rotating(more: Partial<RotateConfig> = {}): RotateConfig {
  return {
    keep: 7,
    compress: false,
    delaycompress: false,
    missingok: true,
    notifempty: true,
    dateext: false,
    ...more,
  };
}

/** An input whose files logmill rotates. */
export function rotatedInput(files: readonly string[], rotate: Partial<RotateConfig>): InputConfig {
  return fileInput(files, { rotate: rotating(rotate) });
}

/** What rotates the files of a rig, when it is told to check. */
export function rotationOf(rig: Rig, inputs: readonly InputConfig[], more: Partial<RotationOptions> = {}): Rotation {
  const log = pino({ level: 'info' }, { write: (line: string) => void rig.said.push(JSON.parse(line)) });
  return new Rotation({
    inputs,
    agent: { isAcknowledged: (file) => rig.agent.isAcknowledged(file) },
    stateFolder: rig.file('state'),
    clock: { ...systemClock, after: () => () => {} },
    telemetry: rig.telemetry,
    log,
    nextDue: () => Number.POSITIVE_INFINITY,
    quiet: 0,
    ...more,
  });
}

/** The lines of a log and of all it was rotated into, compressed or not. */
export function linesOnDisk(folder: string, name: string): string[] {
  return readdirSync(folder)
    .filter((entry) => entry.startsWith(name))
    .flatMap((entry) => {
      const bytes = readFileSync(path.join(folder, entry));
      return (entry.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n');
    })
    .filter((line) => line !== '');
}
