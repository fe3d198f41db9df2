import { ownText } from '../../../model/own-text.ts';

/** Longer keys are not kept. */
const LONGEST = 1000;

/**
 * A bounded cache that forgets what was not asked for lately. Two generations stand in for an exact order: a hit in the
 * younger one costs a look-up and changes nothing, while keeping an order would rewrite the table at every hit.
 */
export function createRecentCache<Value>(size: number): {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
} {
  const half = Math.ceil(size / 2);
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (key: string, value: Value) => {
    if (key.length > LONGEST) return;
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(ownText(key), value);
  };
  return {
    get(key) {
      const recent = young.get(key);
      if (recent !== undefined) return recent;
      const earlier = old.get(key);
      if (earlier !== undefined) set(key, earlier);
      return earlier;
    },
    set,
  };
}
