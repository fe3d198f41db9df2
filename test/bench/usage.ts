import { writeFileSync } from 'node:fs';

/** Loaded before a measured program (`node --import`): leaves what it used in the file named by LOGMILL_BENCH_USAGE. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssMegabytes: (maxRSS * 1024) / 1e6 };
  writeFileSync(process.env['LOGMILL_BENCH_USAGE']!, JSON.stringify(usage));
});
