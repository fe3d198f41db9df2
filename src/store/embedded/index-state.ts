import { randomUUID } from 'node:crypto';
import type { FieldType } from '../../model/field-type.ts';
import { FieldTree, MAX_COLUMNS, type StoredSlot } from './field-tree.ts';
import { type JsonObject, Mapping } from './mapping.ts';
import type { Slice } from './slice.ts';

/** What the catalog keeps of an index. Times are epoch milliseconds. */
export type StoredIndex = {
  readonly uuid: string;
  readonly created: number;
  readonly stream?: string | undefined;
  readonly mappings: JsonObject;
  readonly settings: JsonObject;
  readonly aliases: JsonObject;
  readonly slots: readonly StoredSlot[];
  /** No number below it is given out again; moved on by deletes, which leave no row to tell. */
  readonly nextSequence: number;
  /** Backing indices only: when the stream stopped writing to it. */
  readonly sealed?: number | undefined;
};

const SQL_TYPES: Readonly<Record<string, string>> = {
  keyword: 'VARCHAR',
  text: 'VARCHAR',
  ip: 'VARCHAR',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
};

/**
 * One index: a plain one or a stream's slice of a day, with its table. Only the writer changes it; readers see `slice`,
 * which is replaced when a transaction that changed columns has been committed.
 */
export class IndexState {
  readonly name: string;
  readonly uuid: string;
  readonly created: number;
  readonly stream: string | undefined;
  readonly mapping = new Mapping();
  readonly tree: FieldTree;
  settings: JsonObject;
  aliases: JsonObject;
  sealed: number | undefined;
  /** Of the next write; undefined until it has been read from the table. */
  nextSequence: number | undefined;
  slice: Slice;
  /** Whether its table is in the database for readers to see. */
  committed: boolean;
  readonly #floor: number;
  #tableMade: boolean;
  #madeSlots: number;

  private constructor(name: string, stored: StoredIndex, tableMade: boolean) {
    this.name = name;
    this.uuid = stored.uuid;
    this.created = stored.created;
    this.stream = stored.stream;
    this.settings = stored.settings;
    this.aliases = stored.aliases;
    this.sealed = stored.sealed;
    this.mapping.merge(stored.mappings);
    this.tree = new FieldTree(this.mapping, stored.slots);
    this.#floor = stored.nextSequence;
    this.nextSequence = tableMade ? undefined : 0;
    this.committed = tableMade;
    this.#tableMade = tableMade;
    this.#madeSlots = tableMade ? stored.slots.length : 0;
    this.slice = this.#toSlice();
  }

  static fromCatalog(name: string, stored: StoredIndex): IndexState {
    return new IndexState(name, stored, true);
  }

  /** A new index, not yet in the database. Throws EsError 400 for a faulty mapping. */
  static make(
    name: string,
    created: number,
    parts: { stream?: string; mappings?: unknown; settings?: JsonObject; aliases?: JsonObject },
  ): IndexState {
    const { stream, mappings = {}, settings = {}, aliases = {} } = parts;
    const uuid = randomUUID().replaceAll('-', '').slice(0, 22);
    const stored = { uuid, created, stream, mappings: {}, settings, aliases, slots: [], nextSequence: 0 };
    const index = new IndexState(name, stored, false);
    index.mapping.merge(mappings);
    return index;
  }

  /** Throws EsError 400 when a further mapping would contradict the index's own. */
  checkMapping(mapping: unknown): void {
    const trial = new Mapping();
    trial.merge(this.mapping.toBody());
    trial.merge(mapping);
  }

  /** Lowest sequence number that deletes allow; the table may hold higher ones. */
  get floor(): number {
    return Math.max(this.#floor, this.nextSequence ?? 0);
  }

  /** SQL that brings the table up to the columns documents have asked for; none when it is. */
  takeDefinition(): string[] {
    const { slots } = this.tree;
    if (!this.#tableMade) {
      this.#tableMade = true;
      this.#madeSlots = slots.length;
      const columns = slots.map((slot) => `, ${columnOf(slot)}`).join('');
      const own = '_id VARCHAR, _seq BIGINT, _version BIGINT, _source VARCHAR';
      return [`CREATE TABLE ${quote(this.name)} (${own}${columns})`];
    }
    const added = slots.slice(this.#madeSlots);
    this.#madeSlots = slots.length;
    return added.map((slot) => `ALTER TABLE ${quote(this.name)} ADD COLUMN ${columnOf(slot)}`);
  }

  /** Lets readers see the index and its columns as they are now. Call after the commit. */
  publish(): void {
    this.committed = true;
    this.slice = this.#toSlice();
  }

  typeOf(field: string): FieldType | undefined {
    return this.mapping.typeOf(field);
  }

  toStored(): StoredIndex {
    return {
      uuid: this.uuid,
      created: this.created,
      stream: this.stream,
      mappings: this.mapping.toBody(),
      settings: this.settings,
      aliases: this.aliases,
      slots: this.tree.slots.map(({ field, column, type, list }) => ({ field, column, type, list })),
      nextSequence: this.floor,
      sealed: this.sealed,
    };
  }

  #toSlice(): Slice {
    return {
      index: this.name,
      stream: this.stream,
      table: this.name,
      columns: this.tree.columns(),
      overflow: this.tree.slots.length >= MAX_COLUMNS,
    };
  }
}

function columnOf({ column, type, list }: StoredSlot): string {
  return `${quote(column)} ${SQL_TYPES[type]}${list ? '[]' : ''}`;
}

/** An SQL identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
