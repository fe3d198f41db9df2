/** Values for `${NAME}`, usually process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * In `{ apiKey: ${KEY} }` YAML would read the inner braces as a mapping of its own. They are swapped for two private
 * characters of the same width before parsing, so that positions stay, and put back in every scalar.
 */
const OPEN = '\uE07B';
const CLOSE = '\uE07D';

/** Hides the braces of `${NAME}` from the YAML parser. */
export function hideBraces(text: string): string {
  return text.replace(REFERENCE, (whole) => `$${OPEN}${whole.slice(2, -1)}${CLOSE}`);
}

/** Undoes hideBraces. */
export function showBraces(text: string): string {
  return text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}');
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` in one scalar; `$${NAME}` stays as `${NAME}`. What comes in is never looked
 * at again: neither as YAML nor for further references. An empty variable takes the default, as in a shell.
 */
export function substitute(
  scalar: string,
  environment: Environment,
): { text: string; missing: string[]; changed: boolean } {
  const missing: string[] = [];
  let changed = false;
  const source = showBraces(scalar);
  const text = source.replace(/\$?\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (whole, name: string, fallback) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    changed = true;
    const value = environment[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (typeof fallback === 'string') return fallback;
    missing.push(name);
    return whole;
  });
  return { text, missing, changed };
}
