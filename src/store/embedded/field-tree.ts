import type { FieldType } from '../../model/field-type.ts';
import type { FieldMapping, Mapping } from './mapping.ts';
import { EsError } from './route.ts';
import type { Column } from './slice.ts';
import { previewOf } from './source.ts';
import { type ColumnValue, type Converter, converterOf } from './values.ts';

/** Columns of one table, beside the four of its own: wider tables are slow to append to and to read. */
export const MAX_COLUMNS = 200;
/** Names remembered per slice, with and without column; further ones are looked up anew each time. */
const MAX_NODES = 10_000;
/** Deeper objects stay only in `_source`. */
const MAX_DEPTH = 20;
const RESERVED = ['_id', '_seq', '_version', '_source'];

/** One column of the table, in table order; `values` holds what the rows of the current batch have in it. */
export type Slot = {
  readonly field: string;
  readonly column: string;
  readonly type: FieldType;
  readonly list: boolean;
  values: (ColumnValue | ColumnValue[] | undefined)[];
};

export type StoredSlot = Pick<Slot, 'field' | 'column' | 'type' | 'list'>;

type Leaf = {
  readonly field: string;
  readonly type: FieldType;
  readonly convert: Converter;
  single: Slot;
  list?: Slot;
};

/** A name on a path. `unknown` until a value decides; `ignored` is left unread. */
type Node = {
  readonly path: string;
  kind: 'unknown' | 'object' | 'leaf' | 'ignored';
  readonly children: Map<string, Node>;
  leaf: Leaf | undefined;
};

/**
 * Takes documents apart into the columns of one table. Walks each document along a tree of the names met so far, so that
 * the common case neither joins paths nor looks at mappings.
 */
export class FieldTree {
  readonly slots: Slot[] = [];
  readonly #mapping: Mapping;
  readonly #root = newNode('');
  readonly #names = new Set(RESERVED);
  #nodes = 0;
  /** Slots that the row being written has touched, to take it back when the document is refused. */
  readonly #touched: Slot[] = [];

  constructor(mapping: Mapping, stored: readonly StoredSlot[]) {
    this.#mapping = mapping;
    for (const slot of stored) {
      this.slots.push({ ...slot, values: [] });
      this.#names.add(slot.column.toLowerCase());
    }
    for (const path of mapping.paths()) markParents(this.#node(this.#root, path), this.#root);
  }

  /** Writes a document's values at `row`. Throws EsError 400 document_parsing_exception, and leaves the row empty then. */
  write(document: Readonly<Record<string, unknown>>, row: number, id: string): void {
    this.#touched.length = 0;
    try {
      this.#object(document, this.#root, row, 0);
    } catch (error) {
      this.clear(row);
      if (error instanceof Conflict) throw error.toEsError(id);
      throw error;
    }
  }

  /** Takes back what the last `write` put into `row`. */
  clear(row: number): void {
    for (const slot of this.#touched) slot.values[row] = undefined;
  }

  /** Forgets the rows of the batch. */
  reset(): void {
    for (const slot of this.slots) slot.values = [];
  }

  /** Columns by field as readers see them, multi-fields included. */
  columns(): Map<string, Column> {
    const columns = new Map<string, Column>();
    for (const slot of this.slots) {
      const { field, type, column } = slot;
      const known = columns.get(field);
      if (slot.list && known !== undefined) columns.set(field, { ...known, list: column });
      else columns.set(field, { field, type, column, list: undefined });
    }
    for (const column of [...columns.values()]) {
      for (const [name, sub] of this.#mapping.field(column.field)?.multi ?? []) {
        if (!isText(sub.type) || !isText(column.type)) continue;
        const field = `${column.field}.${name}`;
        columns.set(field, { ...column, field, type: sub.type });
      }
    }
    return columns;
  }

  #object(object: Readonly<Record<string, unknown>>, node: Node, row: number, depth: number): void {
    for (const key in object) {
      const value = object[key];
      if (value === null || value === undefined) continue;
      const child = node.children.get(key) ?? this.#node(node, key);
      if (child.kind !== 'ignored') this.#value(value, child, row, depth);
    }
  }

  #value(value: unknown, node: Node, row: number, depth: number): void {
    if (typeof value !== 'object' || value === null) {
      const leaf = node.leaf ?? this.#resolve(node, value);
      if (leaf !== undefined) this.#put(leaf, value as ColumnValue, row);
    } else if (Array.isArray(value)) {
      for (const item of value) if (item !== null) this.#value(item, node, row, depth);
    } else {
      if (node.kind === 'leaf') throw new Conflict(node.path, node.leaf!.type, value);
      if (node.kind === 'unknown' && !this.#enterObject(node, value)) return;
      if (depth < MAX_DEPTH) this.#object(value as Record<string, unknown>, node, row, depth + 1);
    }
  }

  #put(leaf: Leaf, value: ColumnValue, row: number): void {
    const converted = leaf.convert(value);
    if (converted === undefined) return;
    const { single } = leaf;
    const first = single.values[row];
    const many = leaf.list?.values[row];
    if (many !== undefined) {
      (many as ColumnValue[]).push(converted);
    } else if (first === undefined) {
      single.values[row] = converted;
      this.#touched.push(single);
    } else {
      leaf.list ??= this.#addSlot(leaf.field, leaf.type, true);
      if (leaf.list === undefined) return;
      single.values[row] = undefined;
      leaf.list.values[row] = [first as ColumnValue, converted];
      this.#touched.push(leaf.list);
    }
  }

  /** First object under this name: whether its content is read. */
  #enterObject(node: Node, value: object): boolean {
    const field = this.#mapping.field(node.path);
    if (field !== undefined) {
      if (field.type === 'geo_point') node.kind = 'ignored';
      else throw new Conflict(node.path, field.type, value);
    } else node.kind = this.#mapping.disabled(node.path) ? 'ignored' : 'object';
    return node.kind === 'object';
  }

  /** First value under this name: its column, made now if there is room. */
  #resolve(node: Node, value: unknown): Leaf | undefined {
    if (node.kind === 'object') throw new Conflict(node.path, undefined, value);
    const { path } = node;
    if (this.#mapping.typeOf(path) === 'object') {
      if (!this.#mapping.disabled(path)) throw new Conflict(path, undefined, value);
      node.kind = 'ignored';
      return undefined;
    }
    const explicit = this.#mapping.field(path);
    const stored = this.slots.find((slot) => slot.field === path && !slot.list);
    const full = stored === undefined && this.slots.length >= MAX_COLUMNS;
    const field: FieldMapping | 'ignored' = explicit ?? (full ? 'ignored' : this.#mapping.derive(path, value));
    const convert = field === 'ignored' ? undefined : converterOf(field.type, field.ignoreAbove);
    const single =
      field === 'ignored' || convert === undefined ? undefined : (stored ?? this.#addSlot(path, field.type));
    if (field === 'ignored' || convert === undefined || single === undefined) {
      node.kind = 'ignored';
      return undefined;
    }
    if (explicit === undefined) {
      this.#mapping.add(path, field);
      markParents(node, this.#root);
    }
    const list = this.slots.find((slot) => slot.field === path && slot.list);
    node.leaf = { field: path, type: field.type, convert, single, list };
    node.kind = 'leaf';
    return node.leaf;
  }

  #addSlot(field: string, type: FieldType, list = false): Slot | undefined {
    if (this.slots.length >= MAX_COLUMNS) return undefined;
    // DuckDB takes no NUL in a name.
    const unfit = field.length > 200 || field.includes('\0');
    const wanted = unfit ? `f${this.slots.length}` : `${field}${list ? '[]' : ''}`;
    // SQL names are the same in any case; fields are not.
    const column = this.#names.has(wanted.toLowerCase()) ? `${wanted}#${this.slots.length}` : wanted;
    this.#names.add(column.toLowerCase());
    const slot: Slot = { field, column, type, list, values: [] };
    this.slots.push(slot);
    return slot;
  }

  /** The node of a key, which may be a dotted path of its own. */
  #node(from: Node, key: string): Node {
    let node = from;
    for (const name of key.split('.')) {
      const known = node.children.get(name);
      if (known !== undefined) {
        node = known;
        continue;
      }
      const child = newNode(node.path === '' ? name : `${node.path}.${name}`);
      if (name === '' || RESERVED.includes(child.path)) child.kind = 'ignored';
      if (node.kind === 'leaf') throw new Conflict(node.path, node.leaf!.type, { [name]: '' });
      if (node.kind === 'ignored') return node;
      this.#remember(node, name, child);
      node = child;
    }
    if (key.includes('.')) this.#remember(from, key, node);
    return node;
  }

  #remember(node: Node, name: string, child: Node): void {
    if (this.#nodes >= MAX_NODES) return;
    node.children.set(name, child);
    this.#nodes++;
  }
}

function newNode(path: string): Node {
  return { path, kind: 'unknown', children: new Map(), leaf: undefined };
}

function markParents({ path }: Node, root: Node): void {
  let node: Node | undefined = root;
  for (const name of path.split('.').slice(0, -1)) {
    node = node?.children.get(name);
    if (node !== undefined && node.kind === 'unknown') node.kind = 'object';
  }
}

function isText(type: FieldType): boolean {
  return type === 'keyword' || type === 'text' || type === 'ip';
}

/** An object where a value belongs, or the other way round. */
class Conflict extends Error {
  readonly #path: string;
  readonly #type: FieldType | undefined;
  readonly #value: unknown;

  constructor(path: string, type: FieldType | undefined, value: unknown) {
    super(path);
    this.#path = path;
    this.#type = type;
    this.#value = value;
  }

  toEsError(id: string): EsError {
    if (this.#type === undefined) {
      const reason = `object mapping for [${this.#path}] tried to parse field [${this.#path}] as object, but found a concrete value`;
      return new EsError(400, 'document_parsing_exception', reason);
    }
    const reason =
      `failed to parse field [${this.#path}] of type [${this.#type}] in document with id '${id}'. ` +
      `Preview of field's value: '${previewOf(this.#value)}'`;
    const caused = { type: 'illegal_argument_exception', reason: 'found an object where a value belongs' };
    return new EsError(400, 'document_parsing_exception', reason, { caused_by: caused });
  }
}
