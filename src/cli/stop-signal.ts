/**
 * Aborts at the first Ctrl-C or SIGTERM, so that a command can end in good order; a second one ends it at once.
 * A terminal's Ctrl-C reaches npm, the launcher and this process alike; repeats within a second are one.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort();
      } else if (performance.now() - first > 1000) {
        process.exit(130);
      }
    });
  }
  return controller.signal;
}
