import { glob } from './dynamic-rules.ts';
import { EsError } from './route.ts';

/**
 * Picks names by an index expression: comma list, `*` wildcards, `-` to take away, `_all`. Hidden names (leading dot) match
 * only wildcards that begin with a dot. A plain name that is not there throws EsError 404 unless `ignoreUnavailable`.
 */
export function pickNames(
  expression: string,
  names: Iterable<string>,
  options: { ignoreUnavailable?: boolean } = {},
): Set<string> {
  const all = new Set(names);
  const picked = new Set<string>();
  const parts = expression.split(',').filter((part) => part !== '');
  for (const part of parts.length === 0 ? ['*'] : parts) {
    const away = part.startsWith('-') && parts.length > 1 && parts[0] !== part;
    const pattern = away ? part.slice(1) : part === '_all' ? '*' : part;
    const hits = pattern.includes('*') ? matching(all, pattern) : existing(all, pattern, away, options);
    for (const name of hits) {
      if (away) picked.delete(name);
      else picked.add(name);
    }
  }
  return picked;
}

function matching(names: Set<string>, pattern: string): string[] {
  const regex = glob(pattern);
  const hidden = pattern.startsWith('.');
  return [...names].filter((name) => (hidden || !name.startsWith('.')) && regex.test(name));
}

function existing(names: Set<string>, name: string, away: boolean, options: { ignoreUnavailable?: boolean }): string[] {
  if (names.has(name)) return [name];
  if (away || options.ignoreUnavailable === true) return [];
  throw noSuchIndex(name);
}

export function noSuchIndex(name: string): EsError {
  return new EsError(404, 'index_not_found_exception', `no such index [${name}]`, {
    'resource.type': 'index_or_alias',
    'resource.id': name,
    index_uuid: '_na_',
    index: name,
  });
}

const FORBIDDEN = /[\\/*?"<>| ,#:]/;

/** Throws EsError 400 invalid_index_name_exception for a name Elasticsearch would refuse. */
export function checkIndexName(name: string): void {
  const fault =
    name !== name.toLowerCase()
      ? 'must be lowercase'
      : FORBIDDEN.test(name)
        ? `must not contain the following characters ['\\','/','*','?','"','<','>','|',' ',',','#',':']`
        : /^[-_+]/.test(name)
          ? `must not start with '_', '-', or '+'`
          : name === '' || name === '.' || name === '..'
            ? `must not be empty, '.' or '..'`
            : Buffer.byteLength(name) > 255
              ? 'index name is too long'
              : undefined;
  if (fault === undefined) return;
  throw new EsError(400, 'invalid_index_name_exception', `Invalid index name [${name}], ${fault}`, {
    index_uuid: '_na_',
    index: name,
  });
}
