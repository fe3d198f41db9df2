import type { FieldType } from '../../model/field-type.ts';
import type { Database } from './database.ts';
import { IndexState, quote, type StoredIndex } from './index-state.ts';
import type { ComponentTemplate, IndexTemplate } from './index-template.ts';
import type { JsonObject } from './mapping.ts';
import { noSuchIndex, pickNames } from './resolve.ts';
import { EsError } from './route.ts';
import type { Reader, Slice, SqlRow, SqlValue } from './slice.ts';

/** A data stream: its backing indices, oldest first; the last one is written to. */
export type Stream = { readonly name: string; generation: number; indices: string[]; template: string };

type Kind = 'index' | 'stream' | 'template' | 'component';

/**
 * Everything the store knows beside documents, in memory as in table `_catalog`. Only the writer changes it, inside its
 * transactions; when one fails, `load` brings memory back to what the file says.
 */
export class Catalog implements Reader {
  readonly indices = new Map<string, IndexState>();
  readonly streams = new Map<string, Stream>();
  readonly templates = new Map<string, IndexTemplate>();
  readonly components = new Map<string, ComponentTemplate>();
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<Catalog> {
    const catalog = new Catalog(database);
    await catalog.load();
    return catalog;
  }

  /** Reads the catalog from the database, replacing what memory holds. */
  async load(): Promise<void> {
    const rows = await this.#database.write('SELECT kind, name, body FROM _catalog');
    for (const map of [this.indices, this.streams, this.templates, this.components]) map.clear();
    const loaded: IndexState[] = [];
    for (const { kind, name, body } of rows as { kind: Kind; name: string; body: string }[]) {
      const value: unknown = JSON.parse(body);
      if (kind === 'index') loaded.push(IndexState.fromCatalog(name, value as StoredIndex));
      else if (kind === 'stream') this.streams.set(name, value as Stream);
      else if (kind === 'template') this.templates.set(name, value as IndexTemplate);
      else this.components.set(name, value as ComponentTemplate);
    }
    loaded.sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
    for (const index of loaded) this.indices.set(index.name, index);
  }

  /** Writes one entry, or removes it when `body` is undefined. Call inside the writer's transaction. */
  async save(kind: Kind, name: string, body: object | undefined): Promise<void> {
    await this.#database.write('DELETE FROM _catalog WHERE kind = $1 AND name = $2', [kind, name]);
    if (body === undefined) return;
    await this.#database.write('INSERT INTO _catalog VALUES ($1, $2, $3)', [kind, name, JSON.stringify(body)]);
  }

  /** Drops an index with its table. Call inside the writer's transaction. */
  async drop(index: IndexState): Promise<void> {
    await this.#database.write(`DROP TABLE IF EXISTS ${quote(index.name)}`);
    await this.save('index', index.name, undefined);
    this.indices.delete(index.name);
  }

  resolve(expression: string, options?: { ignoreUnavailable?: boolean }): readonly Slice[] {
    const indices = this.resolveIndices(expression, options);
    return indices.filter((index) => index.committed).map((index) => index.slice);
  }

  /** As `resolve`, for those who change indices. */
  resolveIndices(expression: string, options?: { ignoreUnavailable?: boolean }): IndexState[] {
    const wanted = new Set<string>();
    for (const name of pickNames(expression, this.names(), options)) {
      for (const index of this.indicesOf(name)) wanted.add(index.name);
    }
    return [...this.indices.values()].filter((index) => wanted.has(index.name));
  }

  /** Indices of one existing index, stream or alias name. */
  indicesOf(name: string): IndexState[] {
    const stream = this.streams.get(name);
    if (stream !== undefined) return stream.indices.flatMap((each) => this.indices.get(each) ?? []);
    const index = this.indices.get(name);
    return index === undefined ? this.#aliased(name) : [index];
  }

  /** All names an expression may pick: indices, streams, aliases. */
  names(): Set<string> {
    const names = new Set([...this.streams.keys(), ...this.indices.keys()]);
    for (const index of this.indices.values()) for (const alias of Object.keys(index.aliases)) names.add(alias);
    return names;
  }

  /**
   * The index that a write to `name` goes to: the index itself, the only (or write) index of an alias, the last of a
   * stream. Undefined when there is none yet. Throws EsError 400 for an alias of several without a write index.
   */
  writeIndex(name: string): IndexState | undefined {
    const index = this.indices.get(name);
    if (index !== undefined) return index;
    const stream = this.streams.get(name);
    if (stream !== undefined) return this.indices.get(stream.indices.at(-1) ?? '');
    const aliased = this.#aliased(name);
    const write = aliased.find((each) => (each.aliases[name] as JsonObject)['is_write_index'] === true);
    if (write !== undefined || aliased.length < 2) return write ?? aliased[0];
    const reason = `no write index is defined for alias [${name}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index`;
    throw new EsError(400, 'illegal_argument_exception', reason);
  }

  /** The index of this very name. Throws EsError 404. */
  index(name: string): IndexState {
    const index = this.indices.get(name);
    if (index === undefined) throw noSuchIndex(name);
    return index;
  }

  typeOf(slices: readonly Slice[], field: string): FieldType | undefined {
    for (const slice of slices) {
      const type = this.indices.get(slice.index)?.typeOf(field);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  async query(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<SqlRow[]> {
    return await this.#database.query(sql, params, signal);
  }

  #aliased(alias: string): IndexState[] {
    return [...this.indices.values()].filter((index) => Object.hasOwn(index.aliases, alias));
  }
}
