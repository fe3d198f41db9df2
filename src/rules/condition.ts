import { parseBytes, parseDuration } from '../model/units.ts';

/** What a rule's value measures: it decides which units `when:` may carry and how a value is shown. */
export type Quantity = 'count' | 'share' | 'number' | 'bytes' | 'ns' | 'us' | 'ms' | 's';

export type Operator = '>' | '>=' | '<' | '<=';

/** A parsed `when:` or `recover_when:`; `bound` is in the unit of the value (a share is 0 to 1). */
export type Condition = {
  readonly text: string;
  readonly operator: Operator;
  readonly bound: number;
  met(value: number): boolean;
};

/** How many of each unit of time make a millisecond. */
const PER_MILLISECOND = { ns: 1e6, us: 1e3, ms: 1, s: 1e-3 } as const;
const CONDITION = /^\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*(%|[A-Za-z]+)?\s*$/;

const TESTS: Record<Operator, (bound: number) => (value: number) => boolean> = {
  '>': (bound) => (value) => value > bound,
  '>=': (bound) => (value) => value >= bound,
  '<': (bound) => (value) => value < bound,
  '<=': (bound) => (value) => value <= bound,
};

/** Parses `> 5%`, `>= 1s`, `> 10MB`, `> 100`. Throws RangeError that says what is wrong and what would be right. */
export function parseCondition(text: string, quantity: Quantity): Condition {
  const match = CONDITION.exec(text);
  if (match === null) throw new RangeError(`must be a comparison such as "> ${EXAMPLES[quantity]}"`);
  const operator = match[1] as Operator;
  const bound = boundOf(match[2]!, match[3] ?? '', quantity);
  return { text: text.trim(), operator, bound, met: TESTS[operator](bound) };
}

const EXAMPLES: Record<Quantity, string> = {
  count: '100',
  share: '5%',
  number: '100',
  bytes: '10MB',
  ns: '1s',
  us: '1s',
  ms: '1s',
  s: '1s',
};

function boundOf(digits: string, unit: string, quantity: Quantity): number {
  const number = Number(digits);
  if (quantity === 'share') {
    if (unit !== '%') throw new RangeError('needs a percentage such as "> 5%"');
    return number / 100;
  }
  if (unit === '') return number;
  if (unit === '%') throw new RangeError('takes no percentage: the value is no share of anything');
  if (quantity === 'count') throw new RangeError(`takes a plain number of events, not "${digits}${unit}"`);
  if (quantity === 'number') {
    throw new RangeError(`cannot compare with "${digits}${unit}": say in which unit the field is, e.g. unit: ms`);
  }
  if (quantity === 'bytes') return inUnits(() => parseBytes(`${digits}${unit}`));
  return inUnits(() => parseDuration(`${digits}${unit}`)) * PER_MILLISECOND[quantity];
}

function inUnits(parse: () => number): number {
  try {
    return parse();
  } catch (error) {
    throw new RangeError(`has an unknown unit: ${(error as Error).message}`);
  }
}

const UNIT_OF_NAME: readonly (readonly [RegExp, Quantity])[] = [
  [/^event\.duration$/, 'ns'],
  [/(^|[._])(ns|nanos|nanoseconds)$/, 'ns'],
  [/(^|[._])(us|micros|microseconds)$/, 'us'],
  [/(^|[._])(ms|millis|milliseconds)$/, 'ms'],
  [/(^|[._])(s|secs|seconds)$/, 's'],
  [/(^|[._])bytes$/, 'bytes'],
];

/** The unit a field is in, by ECS (`event.duration` is nanoseconds) or by the end of its name (`took_ms`, `body.bytes`). */
export function quantityOfField(field: string): Quantity {
  return UNIT_OF_NAME.find(([pattern]) => pattern.test(field))?.[1] ?? 'number';
}

/** The value for people: `7.3%`, `1.42 s`, `12 MB`, `105`. */
export function formatValue(value: number | null, quantity: Quantity): string {
  if (value === null) return 'no value';
  if (quantity === 'count') return String(Math.round(value));
  if (quantity === 'number') return short(value);
  if (quantity === 'share') return `${short(value * 100)}%`;
  if (quantity === 'bytes') return inSteps(value, 1024, ['B', 'KB', 'MB', 'GB', 'TB']);
  const milliseconds = value / PER_MILLISECOND[quantity];
  if (Math.abs(milliseconds) < 1) return `${short(milliseconds * 1000)} µs`;
  return Math.abs(milliseconds) < 1000 ? `${short(milliseconds)} ms` : `${short(milliseconds / 1000)} s`;
}

function inSteps(value: number, step: number, units: readonly string[]): string {
  let left = value;
  let at = 0;
  while (Math.abs(left) >= step && at < units.length - 1) {
    left /= step;
    at += 1;
  }
  return `${short(left)} ${units[at]}`;
}

/** Three significant digits, but never fewer than the whole part has. */
function short(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
