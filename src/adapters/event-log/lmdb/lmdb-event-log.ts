// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../ports/clock.js';
import {
  type Checkpoint,
  type EventLog,
  type LogEntry,
  LogFullError,
  type Position,
  type ReadLimits,
  type StoredEntry,
} from '../../../ports/event-log.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { GroupCommit } from '../../lmdb/group-commit.js';
import type { LmdbStateStore } from '../../state-store/lmdb/lmdb-state-store.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-value.js';
import { type EncodedEntry, encodeEntry } from './entry-codec.js';
import type { LogHead } from './log-head.js';
import { queueLimits, readBytesMaxDefault, readEntriesMaxDefault, tailBytesMax } from './log-limits.js';
import { toPosition, toSequence } from './log-position.js';
import { readEntries } from './log-reader.js';
import type { LogTables } from './log-tables.js';
import { LogTail } from './log-tail.js';
import { type LogOutcome, LogTransaction } from './log-transaction.js';

export interface LmdbEventLogOptions {
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Live log data before compression; beyond it appends reject with LogFullError. */
  readonly logBytesMax: number;
  /** Appends reject with LogFullError rather than leave less than this free on the disk. */
  readonly diskFreeBytesMin: number;
  readonly diskFreeBytes: () => number;
}

/** A call's record takes a kilobyte or two. */
const commonEntryBytes = 4 * 1024;

/**
 * The log in LMDB; see README.md in this folder for the life of an entry.
 *
 * Invariants:
 * - One process, one writer (`GroupCommit`). `#head` is what the last durable transaction wrote.
 * - Entry numbers have no holes; a batch holds consecutive ones.
 * - `#tail` holds nothing that is not durable.
 */
export class LmdbEventLog implements EventLog {
  readonly #tables: LogTables;
  readonly #state: LmdbStateStore;
  readonly #options: LmdbEventLogOptions;
  readonly #writer: GroupCommit<LogTransaction>;
  readonly #subscribers = new Set<() => void>();
  readonly #tail = new LogTail(tailBytesMax);
  #head: LogHead;
  #closing: Promise<void> | undefined;

  constructor(tables: LogTables, state: LmdbStateStore, head: LogHead, options: LmdbEventLogOptions) {
    this.#tables = tables;
    this.#state = state;
    this.#head = head;
    this.#options = options;
    const hooks = {
      ...options,
      now: () => options.clock.now(),
      committed: (outcome: LogOutcome) => this.#committed(outcome),
      announce: (outcome: LogOutcome) => this.#announce(outcome),
    };
    this.#writer = new GroupCommit(tables.env, {
      ...queueLimits,
      begin: () => new LogTransaction(tables, state, this.#head, hooks),
      toFull: (message, cause) => new LogFullError(message, cause),
    });
  }

  async append(entry: LogEntry): Promise<Position> {
    return this.#appendEncoded(encodeEntry(entry));
  }

  /** By itself, so that nothing holds on to the entry as it was given while its bytes wait for the disk. */
  async #appendEncoded(encoded: EncodedEntry): Promise<Position> {
    return toPosition(await this.#writer.run(encoded.bytes, (group) => group.append(encoded)));
  }

  async read(from: Position, limits: ReadLimits = {}): Promise<readonly StoredEntry[]> {
    const after = toSequence(from);
    const { entriesMax = readEntriesMaxDefault, bytesMax = readBytesMaxDefault } = limits;
    const newest = this.#tail.read(after, entriesMax, bytesMax);
    // LMDB shows a transaction to readers before it is durable, and before those who wait for it are told.
    return newest ?? readEntries(this.#tables, after, this.#head.sequence, limits);
  }

  head(): Position {
    return toPosition(this.#head.sequence);
  }

  subscribe(onAppended: () => void): () => void {
    // A wrapper of its own, so that one function may subscribe twice.
    const subscriber = () => onAppended();
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  async checkpoint(reader: string): Promise<Checkpoint | undefined> {
    const value = this.#tables.checkpoints.getBinary(Buffer.from(reader));
    return value === undefined ? undefined : decodeCheckpoint(value);
  }

  async saveCheckpoint(reader: string, checkpoint: Checkpoint | null): Promise<void> {
    const value = checkpoint === null ? null : this.#encodeCheckpoint(checkpoint);
    await this.#writer.run(
      value?.length ?? 0,
      (group) => group.saveCheckpoint(Buffer.from(reader), value),
      true,
    );
  }

  async trim(): Promise<number> {
    let trimmed = 0;
    for (let entries = -1; entries !== 0; trimmed += entries) {
      entries = await this.#writer.run(0, (group) => group.trimStep(), true);
    }
    // LMDB hands out the pages that transaction N freed from N + 2 on. On a full disk no append gets that far.
    if (trimmed > 0) for (let i = 0; i < 2; i++) await this.#writer.run(0, (group) => group.touch(), true);
    return trimmed;
  }

  /** What the untrimmed entries count against `logBytesMax`. */
  liveBytes(): number {
    return this.#head.liveBytes;
  }

  /** Why an append of a common size would be refused now, in a few words; undefined while there is room. */
  fullReason(): string | undefined {
    const { logBytesMax, diskFreeBytesMin, diskFreeBytes } = this.#options;
    if (this.#head.liveBytes + commonEntryBytes > logBytesMax) return 'the log is full';
    if (diskFreeBytes() - commonEntryBytes < diskFreeBytesMin) return "the log's disk is full";
    return undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer.close().then(() => this.#tables.env.close());
    return this.#closing;
  }

  #encodeCheckpoint({ position, state }: Checkpoint): Buffer {
    const sequence = toSequence(position);
    if (sequence > this.#head.sequence)
      throw new RangeError(`the checkpoint ${position} is beyond the end of the log`);
    return encodeCheckpoint(sequence, state);
  }

  #committed({ head, keysChanged, entriesAdded, trimmedUpTo }: LogOutcome): void {
    this.#head = head;
    this.#tail.add(head.sequence - entriesAdded.length + 1, head.appendedAtMs, entriesAdded);
    if (trimmedUpTo !== undefined) this.#tail.dropUpTo(trimmedUpTo);
    this.#state.committed(keysChanged);
  }

  #announce({ keysChanged, entriesAdded }: LogOutcome): void {
    this.#state.tell(keysChanged);
    if (entriesAdded.length === 0) return;
    for (const subscriber of this.#subscribers) {
      try {
        subscriber();
      } catch (err) {
        this.#options.log.error({ err }, 'a log subscriber threw');
      }
    }
  }
}
