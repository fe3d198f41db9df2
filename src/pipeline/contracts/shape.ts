import { isIP } from 'node:net';
import type { JsonValue } from '../../model/event.ts';
import { type FieldContract, type JsonType, jsonTypeOf, typesOf } from './contract.ts';
import { LARGE_INTEGER } from './mapped-types.ts';

/** Fewer values show a type, but not that all have one form. */
const FEWEST_OF_A_FORM = 10;
/** A text with few values in many is one of a list. */
const FEWEST_OF_A_LIST = 100;
const MOST_IN_LIST = 10;
/** Objects with more keys than that are tables: their keys are values. */
const MOST_KEYS = 100;
const MOST_LEVELS = 8;

const LARGE = new RegExp(LARGE_INTEGER);
const DATE_TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** What a contract may say of values besides their types. */
export type Asked = {
  /** Texts that have few values may have no others. */
  readonly enums: boolean;
  /** Texts that all are days or addresses may be nothing else. */
  readonly forms: boolean;
};

/** What the values of one field, or the items of its lists, have in common; it keeps none of them but a few short texts. */
export class Shape {
  readonly #types = new Set<JsonType>();
  readonly #level: number;
  /** Undefined where there are too many. */
  #texts: Set<string> | undefined = new Set();
  #textCount = 0;
  #areDates = true;
  #areLarge = true;
  #areDays = true;
  #areAddresses = true;
  #items: Shape | undefined;
  #properties: Map<string, Shape> | undefined = new Map();

  constructor(level = 0) {
    this.#level = level;
  }

  add(value: JsonValue): void {
    const type = jsonTypeOf(value);
    this.#types.add(type);
    if (typeof value === 'string') this.#addText(value);
    else if (Array.isArray(value)) {
      this.#items ??= new Shape(this.#level + 1);
      for (const item of value as readonly JsonValue[]) this.#items.add(item);
    } else if (type === 'object') this.#addObject(value as Readonly<Record<string, JsonValue>>);
  }

  /**
   * @param asked what besides types it may say.
   * @param scalar what is known of single values, else it is what they show.
   */
  contract(asked: Asked, scalar?: FieldContract): FieldContract {
    const own = this.#types.size === 0 ? {} : this.#shown(asked, scalar);
    if (!this.#types.has('array')) return own;
    const items = this.#items?.contract(asked, scalar) ?? {};
    if (this.#types.size === 1) return { type: 'array', items };
    const types = own.type === undefined ? [] : [own.type].flat();
    return types.length === 0 ? own : { ...own, type: [...new Set([...types, 'array' as const])], items };
  }

  #addText(value: string): void {
    this.#textCount++;
    if (this.#areDates) this.#areDates = isDateTime(value);
    if (this.#areLarge) this.#areLarge = LARGE.test(value);
    if (this.#areDays) this.#areDays = isDay(value);
    if (this.#areAddresses) this.#areAddresses = isIP(value) !== 0;
    this.#texts?.add(value);
    if (this.#texts !== undefined && this.#texts.size > MOST_IN_LIST) this.#texts = undefined;
  }

  #addObject(value: Readonly<Record<string, JsonValue>>): void {
    if (this.#properties === undefined) return;
    for (const [key, inner] of Object.entries(value)) {
      const known = this.#properties.get(key);
      if (known === undefined) this.#properties.set(key, new Shape(this.#level + 1));
      this.#properties.get(key)!.add(inner);
    }
    if (this.#properties.size > MOST_KEYS || this.#level >= MOST_LEVELS) this.#properties = undefined;
  }

  #shown(asked: Asked, scalar: FieldContract | undefined): FieldContract {
    const types = new Set([...this.#types].filter((type) => type !== 'array'));
    if (types.size === 0) return { ...scalar };
    if (scalar !== undefined) return { ...this.#widened(types, scalar), ...this.#listed(asked, scalar) };
    // Nothing says what stands there when something does.
    if (types.size === 1 && types.has('null')) return {};
    // Where one value has a fraction, the others are fractions too.
    if (types.has('number')) types.delete('integer');
    const sorted = [...types].sort();
    return {
      type: sorted.length === 1 ? sorted[0]! : sorted,
      ...this.#form(types, asked),
      ...this.#listed(asked, { type: sorted }),
      ...this.#keys(asked),
    };
  }

  /** ECS knows the type; the source may write it otherwise, and the store takes that. */
  #widened(types: ReadonlySet<JsonType>, scalar: FieldContract): FieldContract {
    const usual = typesOf(scalar);
    const fits = (type: JsonType) => usual.includes(type) || (type === 'integer' && usual.includes('number'));
    const others = usual.length === 0 ? [] : [...types].filter((type) => !fits(type)).sort();
    const { format, ...rest } = scalar;
    const type = others.length === 0 ? scalar.type : [...usual, ...others];
    return { ...rest, ...(type === undefined ? {} : { type }), ...(this.#areDates && format ? { format } : {}) };
  }

  #form(types: ReadonlySet<JsonType>, { forms }: Asked): FieldContract {
    if (!types.has('string')) return {};
    if (types.has('integer') && this.#areLarge) return { pattern: LARGE_INTEGER };
    if (this.#textCount < FEWEST_OF_A_FORM) return {};
    if (this.#areDates) return { format: 'date-time' };
    if (!forms) return {};
    return this.#areDays ? { format: 'date' } : this.#areAddresses ? { format: 'ip' } : {};
  }

  #listed({ enums }: Asked, scalar: FieldContract | undefined): FieldContract {
    const isText = [scalar?.type].flat().join() === 'string';
    if (!enums || !isText || scalar?.format !== undefined || this.#textCount < FEWEST_OF_A_LIST) return {};
    return this.#texts === undefined ? {} : { enum: [...this.#texts].sort() };
  }

  #keys(asked: Asked): FieldContract {
    if (this.#properties === undefined || this.#properties.size === 0) return {};
    const sorted = [...this.#properties].sort(([a], [b]) => (a < b ? -1 : 1));
    return { properties: Object.fromEntries(sorted.map(([key, shape]) => [key, shape.contract(asked)])) };
  }
}

/** RFC 3339 as validators check it: with a zone, and no 31st of June. */
function isDateTime(text: string): boolean {
  const [, year, month, day] = DATE_TIME.exec(text) ?? [];
  return year !== undefined && isInMonth(year, month!, day!);
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(text) ?? [];
  return year !== undefined && isInMonth(year, month!, day!);
}

function isInMonth(year: string, month: string, day: string): boolean {
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}
