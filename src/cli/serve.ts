import type { Command } from 'commander';
import { openOwnLog } from '../log.ts';
import { openStore } from '../store/client.ts';
import { createTelemetry } from '../telemetry.ts';
import { claimLock } from './lock.ts';
import { giveBackGarbage } from './memory.ts';
import { rotateOwnLog } from './own-log.ts';
import { prepareStore } from './runtime.ts';
import { startService } from './service.ts';
import { type CommonOptions, places, readConfig, withCommonOptions } from './session.ts';
import { stopSignal } from './stop-signal.ts';
import { portNumber } from './whole-number.ts';

type Options = CommonOptions & { port?: number };

export function define(command: Command): void {
  withCommonOptions(command)
    .option('--port <n>', 'port of API and page', portNumber)
    .addHelpText('after', '\nExamples:\n  $ logmill serve --config logmill.yaml --port 4600')
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const config = await readConfig(options, options.port === undefined ? {} : { port: options.port });
  const stop = stopSignal();
  const lock = await claimLock(places(config).storeLock, 'serve');
  try {
    const own = openOwnLog(places(config).logFile, config.log.level);
    const { log } = own;
    const store = await openStore(config);
    try {
      await prepareStore(store, config, log, {
        waitMs: Number.POSITIVE_INFINITY,
        signal: stop,
        say: (reason) => process.stdout.write(`waiting for ${store.place}: ${reason}\n`),
      });
      const service = await startService({
        config,
        store,
        lock,
        telemetry: createTelemetry(),
        log,
        mainLine: undefined,
        demo: false,
        print: (line) => void process.stdout.write(`${line}\n`),
      });
      const rotation = rotateOwnLog(config, own, undefined);
      process.stdout.write(`serving ${service.url} from ${store.place}; Ctrl-C stops\n`);
      giveBackGarbage();
      await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
      rotation.stop();
      await service.close();
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    lock.release();
  }
}
