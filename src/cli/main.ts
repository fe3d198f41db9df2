#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { LogmillError } from '../errors.ts';
import { COMMANDS } from './registry.ts';
import { paint } from './terminal.ts';
import { VERSION } from './version.ts';

/** Exit codes: 0 fine, 1 failed, 2 wrong use. */
const FAILED = 1;
const WRONG_USE = 2;

const program = new Command('logmill')
  .description('Ships, checks, keeps, searches and watches structured logs.')
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError('(--help shows how)')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    "\nExamples:\n  $ logmill up                                   everything in one process\n  $ logmill search 'log.level: error' --from now-1h\n  $ logmill check                                is the configuration right?",
  );

// A reader such as `head` may leave before the end: that is its right and no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

// Only the invoked command's modules are loaded: an agent must not carry the embedded store or the HTTP server.
const invoked = process.argv[2];
for (const row of COMMANDS) {
  const command = program.command(row.name).description(row.summary).exitOverride();
  if (row.name === invoked || (invoked === 'help' && process.argv[3] === row.name)) (await row.load()).define(command);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(await forPeople(error));
}

/** Failures of the store's client come with stacks and bodies: people get the reason. Its modules are loaded only then. */
async function forPeople(error: unknown): Promise<unknown> {
  if (error instanceof CommanderError || error instanceof LogmillError) return error;
  const { storeFault } = await import('../api/queries/read-store.ts');
  return storeFault('the store', error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  if (error instanceof LogmillError) {
    process.stderr.write(`${paint('red', 'logmill:', process.stderr)} ${error.message}\n  ${error.help}\n`);
    return FAILED;
  }
  process.stderr.write(`${paint('red', 'logmill:', process.stderr)} ${(error as Error).stack ?? String(error)}\n`);
  return FAILED;
}
