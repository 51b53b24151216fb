// SPDX-License-Identifier: Apache-2.0
import { LogFullError, StaleRevisionError } from '../../../ports/event-log.js';
import type { Revision } from '../../../ports/state-store.js';
import { type GroupTransaction, JobRefused } from '../../lmdb/group-commit.js';
import type { LmdbStateStore } from '../../state-store/lmdb/lmdb-state-store.js';
import { decodeBatchKey, encodeBatchKey, encodeChunkKey, lastSequence } from './batch-key.js';
import { encodeBatch } from './batch-value.js';
import { checkpointSequence } from './checkpoint-value.js';
import type { EncodedChange, EncodedEntry } from './entry-codec.js';
import { type LogHead, writeHead } from './log-head.js';
import { importChunkBytes, trimStepBatchesMax, trimStepBytesMax } from './log-limits.js';
import { toPosition } from './log-position.js';
import type { LogTables } from './log-tables.js';

/** What a durable transaction changed, for those who keep a view of it. */
export interface LogOutcome {
  readonly head: LogHead;
  readonly entriesAdded: readonly EncodedEntry[];
  /** The number of the last entry that was trimmed; undefined when none was. */
  readonly trimmedUpTo: number | undefined;
  /** Keys in the order in which they changed. */
  readonly keysChanged: readonly string[];
}

export interface LogTransactionHooks {
  readonly logBytesMax: number;
  readonly diskFreeBytesMin: number;
  /** Bytes free on the log's disk. */
  readonly diskFreeBytes: () => number;
  readonly now: () => number;
  readonly committed: (outcome: LogOutcome) => void;
  readonly announce: (outcome: LogOutcome) => void;
}

/** One group of appends, checkpoints and trim steps inside one LMDB transaction. */
export class LogTransaction implements GroupTransaction {
  readonly #tables: LogTables;
  readonly #state: LmdbStateStore;
  readonly #hooks: LogTransactionHooks;
  readonly #before: LogHead;
  readonly #entries: EncodedEntry[] = [];
  readonly #keysChanged: string[] = [];
  #bytesAdded = 0;
  #bytesTrimmed = 0;
  #trimmedUpTo: number | undefined;
  #touched = false;
  #diskFreeBytes: number | undefined;
  #outcome: LogOutcome | undefined;

  constructor(tables: LogTables, state: LmdbStateStore, before: LogHead, hooks: LogTransactionHooks) {
    this.#tables = tables;
    this.#state = state;
    this.#before = before;
    this.#hooks = hooks;
  }

  /** Adds an entry and folds its changes. Refuses with LogFullError or StaleRevisionError before it writes anything. */
  append(entry: EncodedEntry): number {
    this.#checkRoom(entry.bytes);
    this.#checkRevisions(entry.changes);
    const sequence = this.#before.sequence + this.#entries.length + 1;
    this.#fold(entry.changes, toPosition(sequence) as string as Revision);
    if (entry.importBytes !== undefined) this.#putChunks(sequence, entry.importBytes);
    this.#entries.push(entry);
    this.#bytesAdded += entry.bytes;
    return sequence;
  }

  saveCheckpoint(reader: Buffer, value: Buffer | null): void {
    if (value === null) this.#tables.checkpoints.removeSync(reader);
    else this.#tables.checkpoints.putSync(reader, value);
  }

  /** Removes some batches that every checkpoint has passed; 0 entries when there are none. */
  trimStep(): number {
    const passed = this.#passedByAll();
    let entries = 0;
    let bytes = 0;
    for (const keyBytes of Array.from(this.#tables.batches.getKeys({ limit: trimStepBatchesMax }))) {
      const key = decodeBatchKey(keyBytes);
      if (lastSequence(key) > passed || bytes >= trimStepBytesMax) break;
      this.#tables.batches.removeSync(keyBytes);
      this.#removeChunks(key.first, lastSequence(key));
      this.#trimmedUpTo = lastSequence(key);
      entries += key.count;
      bytes += key.bytes;
    }
    this.#bytesTrimmed += bytes;
    if (entries > 0) this.touch();
    return entries;
  }

  /** Makes the transaction one that commits, though nothing changes. */
  touch(): void {
    this.#touched = true;
  }

  seal(): void {
    if (this.#entries.length === 0 && !this.#touched) return;
    const { sequence, appendedAtMs, liveBytes } = this.#before;
    const head = {
      sequence: sequence + this.#entries.length,
      appendedAtMs: this.#entries.length === 0 ? appendedAtMs : Math.max(appendedAtMs, this.#hooks.now()),
      liveBytes: liveBytes + this.#bytesAdded - this.#bytesTrimmed,
    };
    if (this.#entries.length > 0) this.#putBatch(head.appendedAtMs);
    writeHead(this.#tables, head);
    this.#outcome = {
      head,
      entriesAdded: this.#entries,
      trimmedUpTo: this.#trimmedUpTo,
      keysChanged: this.#keysChanged,
    };
  }

  committed(): void {
    if (this.#outcome !== undefined) this.#hooks.committed(this.#outcome);
  }

  announce(): void {
    if (this.#outcome !== undefined) this.#hooks.announce(this.#outcome);
  }

  #putBatch(appendedAtMs: number): void {
    const key = encodeBatchKey({
      first: this.#before.sequence + 1,
      count: this.#entries.length,
      bytes: this.#bytesAdded,
    });
    const bodies = this.#entries.map(({ body }) => body);
    const placed = this.#tables.batches.putSync(key, encodeBatch(appendedAtMs, bodies), {
      append: true,
    }) as unknown;
    if (placed === false) throw new Error(`the log already holds entries behind ${this.#before.sequence}`);
  }

  #checkRoom(bytes: number): void {
    const live = this.#before.liveBytes + this.#bytesAdded - this.#bytesTrimmed;
    const { logBytesMax, diskFreeBytesMin } = this.#hooks;
    if (live + bytes > logBytesMax) {
      const message = `the log holds ${live} bytes that some reader still needs, of at most ${logBytesMax}; there is room again once readers have moved on`;
      throw new JobRefused(new LogFullError(message));
    }
    this.#diskFreeBytes ??= this.#hooks.diskFreeBytes();
    if (this.#diskFreeBytes - this.#bytesAdded - bytes < diskFreeBytesMin) {
      const message = `the log's disk has ${this.#diskFreeBytes} bytes free, ${diskFreeBytesMin} must stay free; there is room again once the disk has some`;
      throw new JobRefused(new LogFullError(message));
    }
  }

  #checkRevisions(changes: readonly EncodedChange[]): void {
    for (const { key, expected } of changes) {
      if (expected === undefined) continue;
      if (this.#state.revisionInTransaction(key) !== expected)
        throw new JobRefused(new StaleRevisionError(key));
    }
  }

  #fold(changes: readonly EncodedChange[], revision: Revision): void {
    for (const { key, json } of changes) {
      if (json === null) this.#state.remove(key);
      else this.#state.put(key, revision, json);
      this.#keysChanged.push(key);
    }
  }

  #putChunks(sequence: number, bytes: Uint8Array): void {
    for (let chunk = 0; chunk * importChunkBytes < bytes.length; chunk++) {
      const piece = Buffer.from(bytes.subarray(chunk * importChunkBytes, (chunk + 1) * importChunkBytes));
      this.#tables.chunks.putSync(encodeChunkKey(sequence, chunk), piece, { append: true });
    }
  }

  #removeChunks(first: number, last: number): void {
    const range = { start: encodeChunkKey(first, 0), end: encodeChunkKey(last + 1, 0) };
    for (const key of Array.from(this.#tables.chunks.getKeys(range))) this.#tables.chunks.removeSync(key);
  }

  /** Without a checkpoint nothing is passed: a log nobody has read yet is kept whole. */
  #passedByAll(): number {
    let passed: number | undefined;
    for (const reader of Array.from(this.#tables.checkpoints.getKeys())) {
      const value = this.#tables.checkpoints.getBinary(reader);
      if (value !== undefined)
        passed = Math.min(passed ?? Number.POSITIVE_INFINITY, checkpointSequence(value));
    }
    return passed ?? 0;
  }
}
