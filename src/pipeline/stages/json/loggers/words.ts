import { levelOfWord } from '../../../../model/log-level.ts';
import type { Take } from '../mapper.ts';
import { levelByTable } from '../takes.ts';

/** `log.level` by a logger's own table of words in small letters; words outside it by the common one. */
export function levelWords(own: Readonly<Record<string, string>>): Take {
  return levelByTable((word) => {
    const small = word.toLowerCase();
    return Object.hasOwn(own, small) ? own[small] : levelOfWord(word);
  });
}

/** The level whose number is the highest one not above the value; `steps` go up. */
export function levelOfNumber(value: number, steps: readonly (readonly [from: number, level: string])[]): string {
  let found = steps[0]![1];
  for (const [from, level] of steps) if (value >= from) found = level;
  return found;
}
