/** A piece of SQL. Values of users never stand in it: they are parameters, quoted identifiers or literals made here. */
export type Sql = string;

export const TRUE: Sql = 'TRUE';
export const FALSE: Sql = 'FALSE';

/** A name as a quoted identifier. */
export function identifier(name: string): Sql {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal, for where DuckDB wants a constant (regular expressions are compiled once only then). */
export function stringLiteral(text: string): Sql {
  const pieces = text.split('\0').map((piece) => `'${piece.replaceAll("'", "''")}'`);
  return pieces.length === 1 ? pieces[0]! : `(${pieces.join(' || chr(0) || ')})`;
}

/** A finite number as a DOUBLE or BIGINT literal; the infinities as DOUBLE. Throws RangeError for NaN. */
export function numberLiteral(value: number | bigint): Sql {
  if (typeof value === 'bigint') return `(${value}::HUGEINT)`;
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return `(${value})`;
  if (Number.isNaN(value)) throw new RangeError('NaN has no place in SQL');
  if (!Number.isFinite(value)) return `('${value > 0 ? '' : '-'}infinity'::DOUBLE)`;
  return `(${value.toExponential()}::DOUBLE)`;
}

/** A time in epoch milliseconds as a TIMESTAMP literal, held within what DuckDB can show. */
export function timeLiteral(milliseconds: number): Sql {
  const held = Math.max(-LAST_TIME, Math.min(LAST_TIME, Math.trunc(milliseconds)));
  return `make_timestamp(${held}000::BIGINT)`;
}
const LAST_TIME = 8.64e15;

/** True when all hold; folds constants. */
export function and(parts: readonly Sql[]): Sql {
  const left = [...new Set(parts)].filter((part) => part !== TRUE);
  if (left.includes(FALSE)) return FALSE;
  if (left.length === 0) return TRUE;
  return left.length === 1 ? left[0]! : `(${left.join(' AND ')})`;
}

/** True when one holds; folds constants. */
export function or(parts: readonly Sql[]): Sql {
  const left = [...new Set(parts)].filter((part) => part !== FALSE);
  if (left.includes(TRUE)) return TRUE;
  if (left.length === 0) return FALSE;
  return left.length === 1 ? left[0]! : `(${left.join(' OR ')})`;
}

/** The opposite, where NULL (a field that is absent) counts as "does not hold". */
export function not(part: Sql): Sql {
  if (part === TRUE) return FALSE;
  if (part === FALSE) return TRUE;
  return `(NOT ${certain(part)})`;
}

/** The condition with NULL turned into FALSE, for where it is counted or shown. */
export function certain(part: Sql): Sql {
  return part === TRUE || part === FALSE ? part : `coalesce(${part}, FALSE)`;
}

/** What can hold a `$` in our SQL: texts and names in quotes, which stay as they are, and placeholders. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g;

/** Positional parameters of one statement. Equal values share a place, as one query is compiled for many slices. */
export class Parameters {
  readonly values: string[] = [];
  readonly #places = new Map<string, number>();

  /** Adds a text and returns its typed placeholder. */
  text(value: string): Sql {
    let place = this.#places.get(value);
    if (place === undefined) {
      this.values.push(value);
      place = this.values.length;
      this.#places.set(value, place);
    }
    return `$${place}::VARCHAR`;
  }

  /** A list of texts as one parameter. */
  list(values: readonly string[]): Sql {
    return `from_json(${this.text(JSON.stringify(values))}, '["VARCHAR"]')`;
  }

  /** The statement with just the parameters it still uses: folded conditions leave some behind, and DuckDB wants none over. */
  bind(sql: Sql): { sql: Sql; values: string[] } {
    const places = new Map<string, number>();
    const bound = sql.replace(TOKENS, (token, place: string | undefined) => {
      if (place === undefined) return token;
      if (!places.has(place)) places.set(place, places.size + 1);
      return `$${places.get(place)}`;
    });
    return { sql: bound, values: [...places.keys()].map((place) => this.values[Number(place) - 1]!) };
  }

  /** A copy that goes on from here, for a statement that shares this one's SQL. */
  fork(): Parameters {
    const copy = new Parameters();
    for (const value of this.values) copy.text(value);
    return copy;
  }
}
