import { flagOf, listOf, objectOf, onlyEntry, onlyKeys, parsingError, textOf } from '../body.ts';
import { present } from '../field.ts';
import { FALSE, or, type Sql } from '../sql.ts';
import { fieldsLike, type QueryContext, valuesOf } from './context.ts';
import { equals, equalsOneOf } from './values.ts';

/** `term`: one exact value. */
export function term(body: unknown, context: QueryContext): Sql {
  const [field, inner] = onlyEntry(body, 'term');
  let value = inner;
  let ignoreCase = false;
  if (typeof inner === 'object' && inner !== null) {
    if (Array.isArray(inner)) throw parsingError('[term] query does not support array of values');
    const options = objectOf(inner, 'term');
    onlyKeys(options, ['value', 'boost', 'case_insensitive', '_name'], 'term');
    value = options.value;
    ignoreCase = flagOf(options.case_insensitive, false, 'case_insensitive');
  }
  if (value === null || value === undefined)
    throw parsingError(`[term] field name is null or empty value for [${field}]`);
  const values = valuesOf(context, field);
  return values === undefined ? FALSE : equals(values, value, context, ignoreCase);
}

/** `terms`: one of several exact values. */
export function terms(body: unknown, context: QueryContext): Sql {
  const { boost: _boost, _name, ...rest } = objectOf(body, 'terms');
  const [field, wanted] = onlyEntry(rest, 'terms');
  if (!Array.isArray(wanted)) {
    throw parsingError(`[terms] query does not support [${field}] other than a list of values`);
  }
  const values = valuesOf(context, field);
  return values === undefined || wanted.length === 0 ? FALSE : equalsOneOf(values, wanted, context);
}

/** `ids`: documents by their `_id`. */
export function ids(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'ids');
  onlyKeys(options, ['values', 'boost', '_name'], 'ids');
  const wanted = listOf(options.values).map((value) => textOf(value, 'ids'));
  const values = valuesOf(context, '_id')!;
  return wanted.length === 0 ? FALSE : equalsOneOf(values, wanted, context);
}

/** `exists`: the field has a value; of an object, one of its fields has. */
export function exists(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'exists');
  onlyKeys(options, ['field', 'boost', '_name'], 'exists');
  const name = textOf(options.field, 'exists');
  if (name === '_id' || name === '_index' || name === '_source') return 'TRUE';
  const fields = fieldsLike(context, name);
  return or(fields.map((field) => fieldExists(context, field)));
}

function fieldExists(context: QueryContext, field: string): Sql {
  const own = context.slice.columns.get(field);
  const inner = [...context.slice.columns.keys()].filter((name) => name.startsWith(`${field}.`));
  const fields = own === undefined && inner.length > 0 ? inner : [field];
  return or(
    fields.map((name) => {
      const values = valuesOf(context, name);
      return values === undefined ? FALSE : present(values);
    }),
  );
}
