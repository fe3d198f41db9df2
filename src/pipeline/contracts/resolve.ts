import type { Contract, FieldContract } from './contract.ts';

type Schema = Readonly<Record<string, unknown>>;

/** References within references; a schema that names itself ends here, and what is deeper may be anything. */
const DEEPEST = 4;
/** Keywords whose values are data and no schemas. */
const DATA = new Set(['enum', 'const', 'default', 'examples', 'required']);

/**
 * A contract with its definitions in the places that name them (`$ref: #/definitions/x`), so that whoever looks at a field
 * sees all that is said of it; `true` and `false` in the place of a schema become one. References to other files stay.
 */
export function resolved(root: Schema): Contract {
  return { properties: {}, ...(inlined(root, root, 0) as Schema) } as unknown as Contract;
}

function inlined(value: unknown, root: Schema, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, root, depth));
  if (!isSchema(value)) return value;
  const { $ref, ...beside } = value;
  const target = typeof $ref === 'string' ? targetOf($ref, root) : undefined;
  if (target !== undefined) {
    const named = depth < DEEPEST ? (inlined(schemaOf(target), root, depth + 1) as Schema) : {};
    return { ...named, ...(inlined(beside, root, depth) as Schema) };
  }
  const { definitions: _, $defs: __, ...said } = value;
  return Object.fromEntries(Object.entries(said).map(([key, inner]) => [key, keywordOf(key, inner, root, depth)]));
}

function keywordOf(key: string, value: unknown, root: Schema, depth: number): unknown {
  if (DATA.has(key)) return value;
  if (key === 'properties' && isSchema(value)) {
    const fields = Object.entries(value).map(([field, inner]) => [field, inlined(schemaOf(inner), root, depth)]);
    return Object.fromEntries(fields);
  }
  return inlined(key === 'items' ? schemaOf(value) : value, root, depth);
}

function schemaOf(value: unknown): unknown {
  if (value === true) return {};
  return value === false ? { not: {} } : value;
}

/** What a reference within the same file names; undefined for any other. */
function targetOf(reference: string, root: Schema): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const step of reference.split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = (found as Readonly<Record<string, FieldContract>> | undefined)?.[key];
  }
  return found;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
