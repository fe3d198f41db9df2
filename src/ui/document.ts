/** A field with one of its values, as people filter by it. */
export type FlatField = { readonly name: string; readonly value: string | number | boolean };

/** More fields than this of one document are not shown. */
const MOST_FIELDS = 300;

/** A document's fields by dotted name, arrays as several values; objects inside arrays as JSON. */
export function flatFields(source: Readonly<Record<string, unknown>>): FlatField[] {
  const fields: FlatField[] = [];
  const add = (name: string, value: unknown): void => {
    if (fields.length >= MOST_FIELDS || value === null || value === undefined) return;
    if (Array.isArray(value)) for (const item of value) add(name, isPlainValue(item) ? item : JSON.stringify(item));
    else if (isPlainValue(value)) fields.push({ name, value });
    else for (const [key, inner] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, inner);
  };
  add('', source);
  return fields.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

function isPlainValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The first value of a field among flattened ones, as text. */
export function firstOf(fields: readonly FlatField[], name: string): string | undefined {
  const field = fields.find((candidate) => candidate.name === name);
  return field === undefined ? undefined : String(field.value);
}
