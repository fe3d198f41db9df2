import os from 'node:os';
import type { Event } from '../model/event.ts';

const ARCHITECTURES: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'x86' };

/** Facts of this machine that hold while the process runs, as ECS fields. */
export function hostFields(): Event {
  const type = os.platform() === 'darwin' ? 'macos' : os.platform() === 'win32' ? 'windows' : os.platform();
  return {
    'host.architecture': ARCHITECTURES[os.arch()] ?? os.arch(),
    'host.os.type': type,
    'host.os.kernel': os.release(),
  };
}
