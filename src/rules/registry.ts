import { metric } from './kinds/metric.ts';
import { ratio } from './kinds/ratio.ts';
import { threshold } from './kinds/threshold.ts';
import type { Kind } from './rule.ts';

/** Every rule kind, by name. The guard test holds this list and the files in kinds/ together. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  [metric, ratio, threshold].map((kind) => [kind.name, kind as Kind]),
);
