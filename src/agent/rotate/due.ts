import { createTask } from 'node-cron';

/** When a cron expression, reckoned in the machine's time zone, is due next, ms since the epoch. */
export function nextDue(cron: string): number {
  const task = createTask(cron, () => {});
  try {
    return task.getNextRuns(1)[0]?.getTime() ?? Number.POSITIVE_INFINITY;
  } finally {
    void task.destroy();
  }
}
