import { listOf, objectOf, onlyKeys, parsingError } from '../body.ts';
import { and, certain, FALSE, not, or, type Sql, TRUE } from '../sql.ts';
import type { QueryContext } from './context.ts';

export function matchAll(body: unknown): Sql {
  onlyKeys(objectOf(body, 'match_all'), ['boost', '_name'], 'match_all');
  return TRUE;
}

export function matchNone(body: unknown): Sql {
  onlyKeys(objectOf(body, 'match_none'), ['boost', '_name'], 'match_none');
  return FALSE;
}

/** `constant_score`: its filter. */
export function constantScore(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'constant_score');
  onlyKeys(options, ['filter', 'boost', '_name'], 'constant_score');
  if (options.filter === undefined) throw parsingError("[constant_score] requires a 'filter' element");
  return context.compile(options.filter);
}

/** `dis_max`: one of its queries. */
export function disMax(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'dis_max');
  onlyKeys(options, ['queries', 'tie_breaker', 'boost', '_name'], 'dis_max');
  return or(listOf(options.queries).map((query) => context.compile(query)));
}

/** `bool`: must and filter all, should at least `minimum_should_match`, must_not none. */
export function bool(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'bool');
  onlyKeys(
    options,
    [
      'must',
      'filter',
      'should',
      'must_not',
      'mustNot',
      'minimum_should_match',
      'boost',
      '_name',
      'adjust_pure_negative',
    ],
    'bool',
  );
  const clauses = (value: unknown) => listOf(value).map((query) => context.compile(query));
  const required = [...clauses(options.must), ...clauses(options.filter)];
  const should = clauses(options.should);
  const needed = required.length === 0 && should.length > 0 ? 1 : 0;
  const asked = options.minimum_should_match;
  const least = Math.max(needed, asked === undefined ? 0 : leastOf(asked, should.length));
  const prohibited = clauses(options.must_not ?? options.mustNot).map(not);
  // With nothing to match it is all but what is prohibited, whatever minimum_should_match says.
  if (required.length + should.length === 0) return and(prohibited);
  return and([...required, atLeast(should, least), ...prohibited]);
}

/** Holds when at least that many of the conditions do. */
export function atLeast(conditions: readonly Sql[], least: number): Sql {
  if (least <= 0) return TRUE;
  if (least > conditions.length) return FALSE;
  if (least === 1) return or(conditions);
  if (least === conditions.length) return and(conditions);
  return `((${conditions.map((condition) => `${certain(condition)}::INTEGER`).join(' + ')}) >= ${least})`;
}

/** How many of `count` optional clauses must match: `2`, `-1`, `75%`, `-25%`, `3<90%`. */
export function leastOf(specification: unknown, count: number): number {
  const text = String(specification).trim();
  if (text.includes('<')) {
    let result = count;
    for (const part of text.split(/\s+/)) {
      const [bound = '', rest = ''] = part.split('<');
      if (count <= Number(bound)) return result;
      result = leastOf(rest, count);
    }
    return result;
  }
  const match = /^(-?\d+)(%?)$/.exec(text);
  if (match === null) throw parsingError(`[minimum_should_match] cannot be [${text}]`);
  const number = Number(match[1]);
  const part = match[2] === '%' ? Math.trunc((count * number) / 100) : number;
  return Math.max(0, part < 0 ? count + part : part);
}
