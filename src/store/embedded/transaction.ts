import { Batch } from './batch.ts';
import type { Catalog, Stream } from './catalog.ts';
import type { Database } from './database.ts';
import { IdRanges } from './id-ranges.ts';
import { IndexState, quote } from './index-state.ts';
import { compose, findTemplate } from './index-template.ts';
import { checkIndexName } from './resolve.ts';

/** A document as it stands, committed or in this transaction. `row` is its row in the batch when it is new. */
export type Found = {
  readonly index: IndexState;
  readonly sequence: number;
  readonly version: number;
  readonly row: number | undefined;
  readonly source: string | undefined;
};

/** Ids asked for in one statement. */
const LOOKUP = 5000;

/**
 * One database transaction over everything a group of requests changes: documents, columns, catalog. Documents are
 * gathered per index and written at the end, so that what many requests bring goes down in one append and one fsync.
 */
export class Transaction {
  readonly catalog: Catalog;
  readonly #database: Database;
  readonly #ranges: Map<string, IdRanges>;
  /** Epoch milliseconds at its begin. */
  readonly now: number;
  readonly #batches = new Map<IndexState, Batch>();
  /** Documents looked up or changed, by stream or plain index and id. */
  readonly #known = new Map<string, Map<string, Found | undefined>>();
  readonly #touched = new Set<IndexState>();

  constructor(database: Database, catalog: Catalog, ranges: Map<string, IdRanges>, now: number) {
    this.#database = database;
    this.catalog = catalog;
    this.#ranges = ranges;
    this.now = now;
  }

  /**
   * The index that documents for `name` go to, ready for writing; made by template when there is none, and a new slice
   * begun when the day (UTC) has changed. Throws EsError 400 for a name or template that cannot be.
   */
  async openTarget(name: string): Promise<IndexState> {
    const index = this.catalog.writeIndex(name) ?? (await this.#createByTemplate(name));
    await this.open(index);
    const stream = index.stream === name ? this.catalog.streams.get(name) : undefined;
    if (stream === undefined || index.nextSequence === 0 || dayOf(index.created) === dayOf(this.now)) return index;
    return await this.rollOver(stream);
  }

  /** Makes an index ready for writing. */
  async open(index: IndexState): Promise<void> {
    if (index.nextSequence !== undefined) return;
    const [row] = await this.#database.write(`SELECT max(_seq) AS last FROM ${quote(index.name)}`);
    index.nextSequence = Math.max(index.floor, Number(row?.['last'] ?? -1n) + 1);
  }

  /** Whether an id is certainly neither stored nor in this transaction. */
  async rangesOf(target: string): Promise<IdRanges> {
    const known = this.#ranges.get(target);
    if (known !== undefined) return known;
    const ranges = new IdRanges();
    const tables = this.catalog.indicesOf(target).filter((index) => index.committed);
    if (tables.length > 0) {
      const rows = await this.#database.write(IdRanges.query(tables.map((index) => quote(index.name))));
      for (const { key, low, high } of rows) ranges.add(String(key), String(low), String(high));
    }
    this.#ranges.set(target, ranges);
    return ranges;
  }

  /**
   * Looks up ids of a stream or plain index, those not known yet; `found` answers for them afterwards.
   * Sources are read only where asked for: they are most of a table's bytes.
   */
  async find(target: string, ids: readonly string[], withSource = false): Promise<void> {
    const known = this.#knownOf(target);
    const missing = [...new Set(ids)].filter((id) => {
      const found = known.get(id);
      return !known.has(id) || (withSource && found !== undefined && found.source === undefined);
    });
    const columns = `_id, _seq, _version${withSource ? ', _source' : ''}`;
    const indices = this.catalog.indicesOf(target).filter((index) => index.committed);
    for (let start = 0; start < missing.length; start += LOOKUP) {
      const part = missing.slice(start, start + LOOKUP);
      for (const id of part) known.set(id, undefined);
      if (indices.length === 0) continue;
      const selects = indices.map(
        ({ name }, at) => `SELECT ${at} AS at, ${columns} FROM ${quote(name)} WHERE _id IN (SELECT unnest($1))`,
      );
      for (const row of await this.#database.write(selects.join(' UNION ALL '), [part])) {
        known.set(String(row['_id']), {
          index: indices[Number(row['at'])]!,
          sequence: Number(row['_seq']),
          version: Number(row['_version']),
          row: undefined,
          source: withSource ? String(row['_source']) : undefined,
        });
      }
    }
  }

  /** The document as it stands in this transaction; only for ids that `find` was asked for or that are certainly new. */
  found(target: string, id: string): Found | undefined {
    return this.#known.get(target)?.get(id);
  }

  /**
   * Stores a document, in place of `previous` when given. The index must be open.
   * Throws EsError 400 when its mapping refuses the document; nothing has changed then.
   */
  put(
    index: IndexState,
    id: string,
    source: string,
    document: Readonly<Record<string, unknown>>,
    previous?: Found,
  ): Found {
    const batch = this.#batchOf(index);
    const row = batch.nextRow;
    index.tree.write(document, row, id);
    const sequence = index.nextSequence!++;
    const version = (previous?.version ?? 0) + 1;
    batch.add(id, sequence, version, source);
    if (previous !== undefined) this.#remove(id, previous);
    const found = { index, sequence, version, row, source };
    const target = index.stream ?? index.name;
    this.#knownOf(target).set(id, found);
    this.#ranges.get(target)?.note(id);
    return found;
  }

  /** Removes a document that was found. */
  remove(id: string, previous: Found): { sequence: number; version: number } {
    const { index } = previous;
    this.#remove(id, previous);
    this.#knownOf(index.stream ?? index.name).set(id, undefined);
    this.#touched.add(index);
    return { sequence: index.nextSequence!++, version: previous.version + 1 };
  }

  /** Adds a new index; its table is made at the end. */
  addIndex(index: IndexState): void {
    this.catalog.indices.set(index.name, index);
    this.#touched.add(index);
  }

  /** Marks an index whose mapping, aliases or settings changed. */
  touch(index: IndexState): void {
    this.#touched.add(index);
  }

  /** Gives a stream a new backing index to write to. */
  async rollOver(stream: Stream): Promise<IndexState> {
    const found = findTemplate(stream.name, this.catalog.templates);
    const parts = compose(found?.template, this.catalog.components);
    stream.generation++;
    const number = String(stream.generation).padStart(6, '0');
    const name = `.ds-${stream.name}-${dayOf(this.now).replaceAll('-', '.')}-${number}`;
    const previous = this.catalog.indices.get(stream.indices.at(-1) ?? '');
    if (previous !== undefined) {
      previous.sealed = this.now;
      this.#touched.add(previous);
    }
    stream.indices.push(name);
    const mappings = { ...parts.mappings, properties: { '@timestamp': { type: 'date' }, ...propertiesOf(parts) } };
    const index = IndexState.make(name, this.now, { ...parts, mappings, stream: stream.name });
    this.addIndex(index);
    await this.catalog.save('stream', stream.name, stream);
    return index;
  }

  /** Makes a data stream with its first backing index. */
  async addStream(name: string, template: string): Promise<Stream> {
    const stream: Stream = { name, generation: 0, indices: [], template };
    this.catalog.streams.set(name, stream);
    await this.rollOver(stream);
    return stream;
  }

  /** Writes everything gathered; the caller commits. */
  async flush(): Promise<void> {
    for (const index of new Set([...this.#batches.keys(), ...this.#touched])) {
      if (this.catalog.indices.get(index.name) !== index) continue;
      const definition = index.takeDefinition();
      for (const statement of definition) await this.#database.write(statement);
      const batch = this.#batches.get(index);
      if (batch !== undefined && batch.removed.length > 0) {
        const sql = `DELETE FROM ${quote(index.name)} WHERE _id IN (SELECT unnest($1))`;
        await this.#database.write(sql, [batch.removed]);
      }
      await batch?.append(this.#database.writer, index);
      if (definition.length === 0 && !this.#touched.has(index)) continue;
      this.#touched.add(index);
      await this.catalog.save('index', index.name, index.toStored());
    }
  }

  /** After the commit: lets readers see new indices and columns. */
  publish(): void {
    for (const index of this.#touched) index.publish();
    this.end();
  }

  /** Forgets the rows, after commit or rollback. */
  end(): void {
    for (const index of this.#batches.keys()) index.tree.reset();
    for (const target of this.#known.keys()) this.#ranges.get(target)?.endBatch();
  }

  async #createByTemplate(name: string): Promise<IndexState> {
    checkIndexName(name);
    const found = findTemplate(name, this.catalog.templates);
    if (found?.template.data_stream !== undefined) {
      const stream = await this.addStream(name, found.name);
      return this.catalog.indices.get(stream.indices[0]!)!;
    }
    const index = IndexState.make(name, this.now, compose(found?.template, this.catalog.components));
    this.addIndex(index);
    return index;
  }

  #remove(id: string, { index, row }: Found): void {
    const batch = this.#batchOf(index);
    if (row === undefined) batch.removed.push(id);
    else batch.drop(row);
  }

  #batchOf(index: IndexState): Batch {
    let batch = this.#batches.get(index);
    if (batch === undefined) {
      batch = new Batch();
      this.#batches.set(index, batch);
    }
    return batch;
  }

  #knownOf(target: string): Map<string, Found | undefined> {
    let known = this.#known.get(target);
    if (known === undefined) {
      known = new Map();
      this.#known.set(target, known);
    }
    return known;
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function propertiesOf({ mappings }: { mappings: Readonly<Record<string, unknown>> }): object {
  return (mappings['properties'] as object | undefined) ?? {};
}
