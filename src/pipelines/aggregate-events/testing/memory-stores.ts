// SPDX-License-Identifier: Apache-2.0
import {
  type Checkpoint,
  type EventLog,
  type LogEntry,
  type LoggedRecord,
  type Position,
  type ReadLimits,
  START,
  StaleRevisionError,
  type StoredEntry,
} from '../../../ports/event-log.js';
import type { Revision, StateEntry } from '../../../ports/state-store.js';

/** An operation that a test lets fail: before anything happened, or when it was done and only its answer is lost. */
export type Fault = 'before' | 'after';

/** A log with its folded state. What they hold outlives every reader; operations fail where a test says so. */
export class MemoryStores {
  readonly entries: StoredEntry[] = [];
  readonly #checkpoints = new Map<string, string>();
  readonly #state = new Map<string, StateEntry>();
  /** Operations that write, counted; `faultAt` is the one that fails. */
  operations = 0;
  faultAt: readonly [operation: number, fault: Fault] | undefined;
  /** By the log's clock; never goes back, as the log promises. */
  nowMs = 0;

  readonly stateStore = {
    get: <T>(key: string) => this.#state.get(key) as StateEntry<T> | undefined,
  };

  readonly eventLog: EventLog = {
    append: (entry) => this.#writing(() => this.append(entry)),
    read: (from, limits: ReadLimits = {}) => {
      const start = from === START ? 0 : Number(from);
      return Promise.resolve(this.entries.slice(start, start + Math.min(limits.entriesMax ?? 1_000, 7)));
    },
    head: () => this.entries.at(-1)?.position ?? START,
    subscribe: () => () => {},
    checkpoint: (reader) => {
      const saved = this.#checkpoints.get(reader);
      return Promise.resolve(saved === undefined ? undefined : (JSON.parse(saved) as Checkpoint));
    },
    saveCheckpoint: (reader, checkpoint) =>
      this.#writing(() => void this.#checkpoints.set(reader, JSON.stringify(checkpoint))),
    trim: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };

  /** Appends without faults: what others do. */
  append(entry: LogEntry): Position {
    const changes = entry.kind === 'call' ? entry.changes : [];
    for (const { key, expected } of changes) {
      const now = this.#state.get(key)?.revision ?? null;
      if (expected !== undefined && expected !== now) throw new StaleRevisionError(key);
    }
    const position = String(this.entries.length + 1).padStart(8, '0') as Position;
    for (const { key, value } of changes)
      this.#state.set(key, { key, value, revision: position as string as Revision });
    this.entries.push({ position, appendedAtMs: this.nowMs, entry });
    return position;
  }

  /** The records of a category, in the order of the log. */
  records(category: LoggedRecord['category']): LoggedRecord[] {
    return this.entries
      .flatMap(({ entry }) => (entry.kind === 'call' ? entry.records : []))
      .filter((record) => record.category === category);
  }

  async #writing<T>(work: () => T): Promise<T> {
    const [at, fault] = this.faultAt ?? [];
    const fails = this.operations++ === at;
    if (fails && fault === 'before') throw new Error('the disk is full');
    const result = work();
    if (fails) throw new Error('the answer was lost');
    return result;
  }
}
