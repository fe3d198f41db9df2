/*
 * Loaded into the agent by `--import`, and only by the drill: once the process has run for a while its clock jumps by
 * $LOGMILL_DRILL_JUMP_MS, as a clock does that is set. Timers are not concerned; they run on the monotonic clock.
 */
const JUMP_MS = Number(process.env['LOGMILL_DRILL_JUMP_MS'] ?? 0);
const AFTER_MS = 1200;

const RealDate = Date;

function shift(): number {
  return performance.now() > AFTER_MS ? JUMP_MS : 0;
}

class JumpingDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [RealDate.now() + shift()] : parts) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shift();
  }
}

globalThis.Date = JumpingDate as DateConstructor;
