import { InvalidArgumentError } from 'commander';

/** Reads an option's value as a whole number from `least` to `most`; the parser's own exception where it is none. */
export function wholeNumber(most: number, least = 0): (value: string) => number {
  return (value) => {
    if (!/^\d+$/.test(value) || Number(value) > most || Number(value) < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return Number(value);
  };
}

/** Reads the value of --port. */
export const portNumber = wholeNumber(65_535);
