import type { Pairs } from '../keyed/write-pairs.ts';

/** Makes the function that takes given characters off the ends of keys and values; undefined where there are none. */
export function createTrimmer(ofKeys: string, ofValues: string): ((pairs: Pairs) => void) | undefined {
  if (ofKeys === '' && ofValues === '') return undefined;
  return (pairs) => {
    for (let index = 0; index < pairs.count; index++) {
      const key = trimmed(pairs.keys[index]!, ofKeys);
      // A key of nothing but such characters stays whole.
      if (key !== '') pairs.keys[index] = key;
      const value = pairs.values[index]!;
      if (typeof value === 'string') pairs.values[index] = trimmed(value, ofValues);
    }
  };
}

function trimmed(text: string, characters: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && characters.includes(text[from]!)) from++;
  while (to > from && characters.includes(text[to - 1]!)) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}
