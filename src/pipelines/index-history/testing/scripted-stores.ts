// SPDX-License-Identifier: Apache-2.0
import type {
  Checkpoint,
  EventLog,
  LogEntry,
  Position,
  ReadLimits,
  StoredEntry,
} from '../../../ports/event-log.js';
import { START } from '../../../ports/event-log.js';
import type {
  EventStore,
  IngestResult,
  LookupPage,
  RecordTexts,
  ScannedEvents,
} from '../../../ports/event-store.js';

/** An EventLog in memory that tells its subscribers and remembers what was asked of it. */
export class ScriptedEventLog implements EventLog {
  readonly entries: StoredEntry[] = [];
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly #subscribers = new Set<() => void>();
  trims = 0;
  /** What the next calls of `read` throw. */
  readonly readFaults: Error[] = [];

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  append(entry: LogEntry): Promise<Position> {
    const position = String(this.entries.length + 1).padStart(8, '0') as Position;
    this.entries.push({ position, appendedAtMs: 0, entry });
    for (const call of this.#subscribers) call();
    return Promise.resolve(position);
  }

  read(from: Position, limits: ReadLimits = {}): Promise<readonly StoredEntry[]> {
    const fault = this.readFaults.shift();
    if (fault !== undefined) return Promise.reject(fault);
    const start = from === START ? 0 : Number(from);
    return Promise.resolve(this.entries.slice(start, start + (limits.entriesMax ?? 1_000)));
  }

  head(): Position {
    return this.entries.at(-1)?.position ?? START;
  }

  subscribe(onAppended: () => void): () => void {
    this.#subscribers.add(onAppended);
    return () => this.#subscribers.delete(onAppended);
  }

  checkpoint(reader: string): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.checkpoints.get(reader));
  }

  saveCheckpoint(reader: string, checkpoint: Checkpoint | null): Promise<void> {
    if (checkpoint === null) this.checkpoints.delete(reader);
    else this.checkpoints.set(reader, checkpoint);
    return Promise.resolve();
  }

  trim(): Promise<number> {
    this.trims++;
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An EventStore that only remembers what it was given, as durable as the object itself. */
export class ScriptedEventStore implements EventStore {
  readonly ingested: StoredEntry[][] = [];
  readonly dropped: number[] = [];
  /** What the next ingests throw. */
  readonly faults: Error[] = [];
  #upTo: Position = START;

  async ingest(entries: readonly StoredEntry[]): Promise<IngestResult> {
    await Promise.resolve();
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
    const isNew = entries.filter(({ position }) => position > this.#upTo);
    this.ingested.push([...isNew]);
    this.#upTo = entries.at(-1)?.position ?? this.#upTo;
    return { added: isNew.length, duplicates: entries.length - isNew.length };
  }

  ingestedUpTo(): Promise<Position> {
    return Promise.resolve(this.#upTo);
  }

  lookup(): Promise<LookupPage> {
    return Promise.resolve({ events: [] });
  }

  scan(after: string): Promise<ScannedEvents> {
    return Promise.resolve({ lines: new Uint8Array(), count: 0, accounts: [], next: after });
  }

  records(_: string, places: readonly string[]): Promise<RecordTexts> {
    return Promise.resolve({ bytes: new Uint8Array(), lengths: places.map(() => 0) });
  }

  count(): Promise<number> {
    return Promise.resolve(this.ingested.flat().length);
  }

  dropEnteredBefore(timeMs: number): Promise<number> {
    this.dropped.push(timeMs);
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
