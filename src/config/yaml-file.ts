import { readFile, stat } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { LogmillError, type Where } from '../errors.ts';
import { type Environment, hideBraces, showBraces, substitute } from './environment.ts';
import { isWithinKeys, salvage } from './salvage.ts';
import { keyOf, type Path, pathOfKey, type SchemaFault, validateAgainst } from './schema-check.ts';

/** What came of checking a file: the value with defaults filled in, or every fault found. */
export type Checked<T> = {
  /** Only when there is no fault. */
  readonly value: T | undefined;
  /** The value, if need be without its faulty parts: to look for further faults, never to work with. */
  readonly usable: T | undefined;
  readonly faults: LogmillError[];
  /** The place of a value in the file, for faults found later; the nearest parent's when the value itself is absent. */
  locate(path: Path, at?: 'value' | 'key'): Where;
};

export type CheckOptions = {
  /** Where `${NAME}` comes from; false leaves such text alone (pipelines: their test lines are other people's text). */
  readonly environment?: Environment | false;
  /** The page of the documentation that tells what may stand in the file. */
  readonly page?: string;
  /** Stands in for keys of the root that are required but missing or wrong, so that the others can be looked at. */
  readonly spare?: Readonly<Record<string, unknown>>;
};

/** The page about the configuration. */
export const CONFIGURATION_PAGE = 'docs/reference/configuration.md';

/** A configuration file is written by hand; anything larger is something else. */
const LARGEST_FILE = 4 * 1024 * 1024;

/** Reads and checks a YAML file. Never throws for what is in it; a file that cannot be read is a fault too. */
export async function checkYamlFile<Schema extends TSchema>(
  file: string,
  schema: Schema,
  options: CheckOptions = {},
): Promise<Checked<Static<Schema>>> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE) {
      return refuse(new LogmillError('CONFIG_SYNTAX', { detail: `${size} bytes are too many` }, { file }));
    }
    return checkYamlText(await readFile(file, 'utf8'), file, schema, options);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === 'ENOENT') return refuse(new LogmillError('CONFIG_NOT_FOUND', { path: file }, { file }, error));
    const detail = code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    return refuse(new LogmillError('CONFIG_UNREADABLE', { path: file, detail }, { file }, error));
  }
}

/**
 * Checks YAML text: syntax, `${NAME}` from the environment, then the schema with defaults filled in.
 * @param file name for messages.
 */
export function checkYamlText<Schema extends TSchema>(
  text: string,
  file: string,
  schema: Schema,
  options: CheckOptions = {},
): Checked<Static<Schema>> {
  const lines = new LineCounter();
  const environment = options.environment ?? process.env;
  const source = environment === false ? text : hideBraces(text);
  const document = parseDocument(source, { lineCounter: lines, stringKeys: true, prettyErrors: false });
  const spot = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const locate = (path: Path, at: 'value' | 'key' = 'value'): Where => ({
    ...spot(offsetOf(document, path, at)),
    ...(path.length === 0 ? {} : { key: keyOf(path) }),
  });
  const faults = document.errors.map(
    ({ message, pos }) => new LogmillError('CONFIG_SYNTAX', { detail: readable(message) }, spot(pos[0])),
  );
  // A key written twice leaves the rest of the file readable.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) {
    return { value: undefined, usable: undefined, faults, locate };
  }
  const substituted = environment === false ? noSubstitution() : substituteAll(document, environment, spot);
  faults.push(...substituted.faults);
  const parsed = parsedValue(document, file);
  if (parsed instanceof LogmillError) return { value: undefined, usable: undefined, faults: [parsed], locate };
  const result = validateAgainst(schema, parsed ?? {}, substituted.paths);
  const missing = substituted.faults.map(({ where }) => where.key ?? '');
  const found = result.faults.filter(({ path }) => !isWithinKeys(keyOf(path), missing));
  faults.push(...found.map((fault) => schemaError(fault, locate, options.page)));
  if (faults.length === 0) {
    const value = result.value as Static<Schema>;
    return { value, usable: value, faults, locate };
  }
  const broken = [...missing.map((key) => ({ path: pathOfKey(key) })), ...result.faults];
  const left = salvage(schema, result.value, broken, options.spare);
  const usable = left?.value as Static<Schema> | undefined;
  return { value: undefined, usable, faults, locate: (path, at) => locate(left?.origin(path) ?? path, at) };
}

function refuse(fault: LogmillError): Checked<never> {
  return {
    value: undefined,
    usable: undefined,
    faults: [fault],
    locate: (path) => ({ ...fault.where, key: keyOf(path) }),
  };
}

function noSubstitution() {
  return { faults: [] as LogmillError[], paths: new Set<string>() };
}

/** Plain data of the document; too many aliases (a "billion laughs" file) are a fault, not a crash. */
function parsedValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return new LogmillError('CONFIG_SYNTAX', { detail: (error as Error).message }, { file }, error);
  }
}

/** Replaces `${NAME}` in every scalar value; keys only get their braces back. */
function substituteAll(document: Document, environment: Environment, spot: (offset: number) => Where) {
  const faults: LogmillError[] = [];
  const paths = new Set<string>();
  visit(document, {
    Scalar(position, node, ancestors) {
      if (typeof node.value !== 'string') return;
      if (position === 'key') {
        node.value = showBraces(node.value);
        return;
      }
      const { text, missing, changed } = substitute(node.value, environment);
      node.value = text;
      const path = pathOf(ancestors, node);
      if (changed) paths.add(keyOf(path));
      for (const name of missing) {
        const where = { ...spot(node.range?.[0] ?? 0), key: keyOf(path) };
        faults.push(new LogmillError('CONFIG_ENV_MISSING', { name, example: `\${${name}:-value}` }, where));
      }
    },
  });
  return { faults, paths };
}

function pathOf(ancestors: readonly unknown[], node: unknown): Path {
  const chain = [...ancestors, node];
  const path: (string | number)[] = [];
  for (const [index, ancestor] of chain.entries()) {
    const child = chain[index + 1];
    if (isPair(ancestor) && child !== undefined) path.push(String(isScalar(ancestor.key) ? ancestor.key.value : ''));
    else if (isCollection(ancestor) && !isMap(ancestor)) path.push(ancestor.items.indexOf(child as never));
  }
  return path;
}

/** Offset of the value at the path, or of its key when the value is a block that starts on a later line. */
function offsetOf(document: Document, path: Path, at: 'value' | 'key'): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return at === 'value' && isScalar(node) && node.source !== '' ? (node.range?.[0] ?? offset) : offset;
}

/** The error that a fault of the schema is. */
export function schemaError(
  { kind, path, detail }: SchemaFault,
  locate: Checked<unknown>['locate'],
  page = CONFIGURATION_PAGE,
): LogmillError {
  if (kind === 'unknown-key') {
    const fields = { key: String(path.at(-1)), suggestion: detail };
    return new LogmillError('CONFIG_UNKNOWN_KEY', fields, locate(path, 'key'));
  }
  const where = locate(path);
  return new LogmillError('CONFIG_INVALID', { key: where.key ?? 'the file', detail, page }, where);
}

/** The parser's messages as one line; positions stand in `where`. */
function readable(message: string): string {
  return showBraces(message.split('\n', 1)[0] ?? message).replace(/[.:]$/, '');
}
