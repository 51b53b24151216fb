// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import {
  type EventDataStoreDocument,
  eventDataStoreStream,
} from '../../event-data-stores/event-data-store.js';
import {
  changesStores,
  type SavedStores,
  StoreFold,
  type StoreRoute,
} from '../../event-data-stores/store-fold.js';
import type { Clock } from '../../ports/clock.js';
import {
  type CallEntry,
  type EventLog,
  type ImportEntry,
  type Position,
  START,
  type StoredEntry,
} from '../../ports/event-log.js';
import type { EventSegments } from '../../ports/event-segments.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { ImportBatch } from './import-batch.js';
import { ImportThread, UnreadableImportError } from './import-thread.js';
import { batchBytesMax, batchRecordsMax, readBytesMax, readEntriesMax } from './limits.js';
import { SegmentBatch } from './segment-batch.js';

/** The name of this reader, in the log and in the segments' books. */
export const storeReader = 'event-data-stores';

const streamPrefix = eventDataStoreStream('');
const dayMs = 86_400_000;

/** The checkpoint's document: the fold at the checkpoint's place. */
interface SavedState {
  readonly version: 1;
  readonly stores: SavedStores;
}

export interface StoreReaderDependencies {
  readonly eventLog: EventLog;
  readonly segments: EventSegments;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Says the KMS keys of stores that are in a checkpoint without theirs: it was saved when nothing was encrypted. */
  readonly stateStore?: Pick<StateStore, 'get'>;
}

/**
 * Reads the log in order and brings what event data stores select into their segments.
 *
 * Two places are kept: that of the segments, in the commit of the records themselves, and that of the checkpoint in the log,
 * with the fold. The segments' is saved first. After a crash what lies between the two is read again, for the fold alone: so
 * every record comes into its segment exactly once, by the stores as they were at its place.
 *
 * Its methods must not run at the same time; `start-event-data-stores.ts` takes care of that.
 */
export class StoreReader {
  readonly #deps: StoreReaderDependencies;
  readonly #batch = new SegmentBatch();
  readonly #imported = new ImportBatch();
  readonly #imports = new ImportThread();
  #fold = new StoreFold();
  #position: Position = START;
  #savedPosition: Position = START;
  /** Up to here the segments have everything. */
  #segmentedTo: Position = START;
  #batchSince: number | undefined;
  #writtenRecords = 0;
  /** Whether the fold may be behind the state: then every entry must be read. */
  #mayHaveChanged = true;

  constructor(deps: StoreReaderDependencies) {
    this.#deps = deps;
  }

  /** Everything before it is in segments, once `flush` has nothing more to do. */
  get position(): Position {
    return this.#position;
  }

  get isSaved(): boolean {
    return this.#position === this.#savedPosition;
  }

  /** For how long the oldest record of the batch has waited, ms; undefined while there is none. */
  get batchAgeMs(): number | undefined {
    return this.#batchSince === undefined ? undefined : performance.now() - this.#batchSince;
  }

  get waitingRecords(): number {
    return this.#batch.records + this.#imported.records;
  }

  /** Since the start, without those of imports. */
  get writtenRecords(): number {
    return this.#writtenRecords;
  }

  /** Some store or membership was changed; called whenever it happens. */
  noteChange(): void {
    this.#mayHaveChanged = true;
  }

  /** Goes to the saved checkpoint, whatever was in memory. The first time it saves one: the log keeps what is behind it. */
  async load(): Promise<void> {
    const { eventLog, segments } = this.#deps;
    let checkpoint = await eventLog.checkpoint(storeReader);
    if (checkpoint === undefined) {
      checkpoint = { position: START, state: { version: 1, stores: {} } satisfies SavedState };
      await eventLog.saveCheckpoint(storeReader, checkpoint);
    }
    const state = checkpoint.state as SavedState;
    if (state.version !== 1)
      throw new Error(
        `the checkpoint of event data stores has version ${String(state.version)}: it was written by a newer Cairn`,
      );
    this.#clearBatch();
    this.#fold = new StoreFold(this.#withKeys(state.stores));
    this.#position = checkpoint.position;
    this.#savedPosition = checkpoint.position;
    this.#segmentedTo = (segments.cursor(storeReader) ?? START) as Position;
    this.#mayHaveChanged = true;
  }

  /** A key that a store has now it keeps, so it may be used a little before its place in the log. */
  #withKeys(stores: SavedStores): SavedStores {
    const { stateStore } = this.#deps;
    const entries = Object.entries(stores).map(([key, route]) => {
      const kmsKeyArn = stateStore?.get<EventDataStoreDocument>(key)?.value.kmsKeyId;
      const lacksIt = 'id' in route && route.kmsKeyArn === undefined && kmsKeyArn !== undefined;
      return [key, lacksIt ? { ...route, kmsKeyArn } : route] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Takes in what the log holds now. Entries that come meanwhile may be left for the next time. */
  async readToHead(): Promise<void> {
    const { eventLog } = this.#deps;
    const mayHaveChanged = this.#mayHaveChanged;
    // Before the head is looked at: a change behind it is noted anew.
    this.#mayHaveChanged = false;
    const head = eventLog.head();
    // Without stores nothing is selected: what the log holds, whole imports too, need not be read.
    if (!mayHaveChanged && this.#fold.size === 0) {
      await setImmediate();
      if (!this.#mayHaveChanged) {
        if (head > this.#position) this.#position = head;
        return;
      }
    }
    while (this.#position < head) {
      const batch = await eventLog.read(this.#position, {
        entriesMax: readEntriesMax,
        bytesMax: readBytesMax,
      });
      if (batch.length === 0) return;
      for (const stored of batch) await this.#take(stored);
    }
    if (this.#imported.records > 0) await this.flush();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.waitingRecords > 0) await this.#commit(this.#position);
  }

  /** Saves how far the reader has come, and removes the segments of stores that are gone. */
  async save(): Promise<void> {
    const { eventLog, segments } = this.#deps;
    await this.flush();
    if (!this.isSaved) {
      const position = this.#position;
      const state: SavedState = { version: 1, stores: this.#fold.save() };
      await eventLog.saveCheckpoint(storeReader, { position, state });
      this.#savedPosition = position;
    }
    const present = new Set(Array.from(this.#fold.stores(), ({ id }) => eventDataStoreStream(id)));
    for (const stream of this.#streams()) if (!present.has(stream)) await segments.removeStream(stream);
  }

  /** Drops what is older than its store keeps it. Retention goes by eventTime, as AWS's does. */
  async dropExpired(): Promise<void> {
    const { segments, clock } = this.#deps;
    const streams = new Set(this.#streams());
    for (const { id, retentionDays } of this.#fold.stores()) {
      const stream = eventDataStoreStream(id);
      if (streams.has(stream)) await segments.dropHappenedBefore(stream, clock.now() - retentionDays * dayMs);
    }
  }

  async end(): Promise<void> {
    await this.#imports.end();
  }

  #streams(): string[] {
    const all = this.#deps.segments.streams().map(({ stream }) => stream);
    return all.filter((stream) => stream.startsWith(streamPrefix));
  }

  async #take(stored: StoredEntry): Promise<void> {
    const { entry, position } = stored;
    const isNew = position > this.#segmentedTo;
    if (entry.kind === 'call') {
      if (isNew && this.#isFull()) await this.flush();
      this.#sort(entry, stored.appendedAtMs, isNew);
      this.#position = position;
    } else {
      if (isNew && this.#isFull()) await this.flush();
      if (isNew && entry.eventDataStore !== undefined)
        await this.#import(entry, entry.eventDataStore, stored.appendedAtMs);
      this.#position = position;
    }
  }

  #isFull(): boolean {
    const bytes = this.#batch.bytes + this.#imported.bytes;
    return bytes >= batchBytesMax || this.waitingRecords >= batchRecordsMax;
  }

  /** A call that changes stores belongs to those that select it before or after its change, as with trails. */
  #sort({ records, bundle, changes }: CallEntry, enteredAtMs: number, isNew: boolean): void {
    if (bundle !== undefined && isNew)
      this.#batch.addBundle(bundle, enteredAtMs, this.#fold.named(bundle.forEventDataStores));
    if (changesStores(changes)) {
      const before = records.map((record) => this.#fold.selecting(record));
      this.#fold.apply(changes);
      if (!isNew) return;
      for (const [index, record] of records.entries())
        this.#batch.add(record, enteredAtMs, united(before[index] ?? [], this.#fold.selecting(record)));
    } else if (isNew) {
      for (const record of records) this.#batch.add(record, enteredAtMs, this.#fold.selecting(record));
    }
    if (this.#batch.records > 0) this.#batchSince ??= performance.now();
  }

  async #import(entry: ImportEntry, storeId: string, appendedAtMs: number): Promise<void> {
    const store = this.#fold.store(storeId);
    if (store === undefined || store.isPendingDeletion) return;
    // Only events within the retention are copied. Source: CloudTrail User Guide, "Copy trail events to an event data store".
    const happenedSinceMs = appendedAtMs - store.retentionDays * dayMs;
    const pieces = await this.#readImport(entry, appendedAtMs, happenedSinceMs);
    if (store.kind === 'cloudtrail') this.#imported.add(store, pieces);
    else if (pieces.length > 0)
      this.#deps.log.warn(
        { store: storeId },
        'events of AWS were left out of an event data store of other events',
      );
  }

  async #readImport(
    { bytes, gzip, accountId, source }: ImportEntry,
    enteredAtMs: number,
    happenedSinceMs: number,
  ) {
    try {
      return await this.#imports.read({ bytes, gzip, accountId, enteredAtMs, happenedSinceMs });
    } catch (error) {
      if (!(error instanceof UnreadableImportError)) throw error;
      // It is in the log for good: whoever stopped here would stop for ever.
      this.#deps.log.error({ err: error, source }, 'an imported file could not be read; it is left out');
      return [];
    }
  }

  async #commit(position: Position): Promise<void> {
    // What calls brought comes first: imports leave out what is there.
    const appends = [...this.#batch.appends(), ...this.#imported.appends()];
    await this.#deps.segments.commit(storeReader, position, appends);
    this.#segmentedTo = position;
    this.#writtenRecords += this.#batch.records;
    this.#clearBatch();
  }

  #clearBatch(): void {
    this.#batch.clear();
    this.#imported.clear();
    this.#batchSince = undefined;
  }
}

function united(before: readonly StoreRoute[], after: readonly StoreRoute[]): StoreRoute[] {
  return [...after, ...before.filter(({ id }) => !after.some((store) => store.id === id))];
}
