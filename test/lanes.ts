import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A part of the tests that needs something of the machine; `skip` says in one line why it cannot run here. */
export type Lane = { readonly name: string; readonly skip: string | undefined };

/** Path of a program on PATH or in the usual system folders. */
export function findProgram(...names: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin'];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return undefined;
}

const UNPACKED = fileURLToPath(new URL('../.cache/syslog-ng', import.meta.url));

/**
 * syslog-ng and how it is called. Debian's package cannot stand beside rsyslog's, so it may also lie unpacked in
 * .cache/syslog-ng (`.ci/run` puts it there).
 */
export function findSyslogNg(): { program: string; args: readonly string[]; env: NodeJS.ProcessEnv } | undefined {
  const program = join(UNPACKED, 'usr/sbin/syslog-ng');
  if (existsSync(program)) {
    const library = join(UNPACKED, 'usr/lib/syslog-ng');
    const [modules] = readdirSync(library).filter((name) => /^\d/.test(name));
    return {
      program,
      args: [`--module-path=${join(library, modules ?? '')}`],
      env: { ...process.env, LD_LIBRARY_PATH: library },
    };
  }
  const installed = findProgram('syslog-ng');
  return installed === undefined ? undefined : { program: installed, args: [], env: process.env };
}

/** Debian's Chromium, or the one named by $CHROMIUM. */
export function findChromium(): string | undefined {
  return process.env['CHROMIUM'] ?? findProgram('chromium', 'chromium-browser', 'google-chrome');
}

/** All lanes with their state on this machine. */
export async function lanes(elasticsearchSkip: string | undefined): Promise<Lane[]> {
  const needs = (program: string | undefined, what: string) => (program === undefined ? `no ${what} here` : undefined);
  return [
    { name: 'Elasticsearch', skip: elasticsearchSkip },
    { name: 'Chromium', skip: needs(findChromium(), 'Chromium (Debian package chromium)') },
    {
      name: 'rsyslog',
      skip: needs(findProgram('rsyslogd'), 'rsyslogd (Debian packages rsyslog rsyslog-elasticsearch)'),
    },
    { name: 'syslog-ng', skip: needs(findSyslogNg()?.program, 'syslog-ng (see .ci/run)') },
    { name: 'logger', skip: needs(findProgram('logger'), 'logger (Debian package bsdutils)') },
    { name: 'openssl', skip: needs(findProgram('openssl'), 'openssl (Debian package openssl)') },
    { name: 'logrotate', skip: needs(findProgram('logrotate'), 'logrotate (Debian package logrotate)') },
    {
      name: 'systemd',
      skip: needs(findProgram('systemd-analyze'), 'systemd-analyze (Debian package systemd)'),
    },
    { name: 'compose', skip: needs(findProgram('docker-compose'), 'docker-compose (Debian package docker-compose)') },
    {
      name: 'shared data',
      skip: existsSync(new URL('../../shared/data/README.md', import.meta.url))
        ? undefined
        : 'no ../shared/data beside the checkout',
    },
  ];
}
