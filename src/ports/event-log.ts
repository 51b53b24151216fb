// SPDX-License-Identifier: Apache-2.0
import type { WrittenFacts } from '../record/record-facts.js';
import type { StateChange } from './state-store.js';

/**
 * A place between two entries of the log. Opaque: nothing outside the log's adapter reads meaning into it.
 * Positions of one log sort in log order by plain string comparison (`<`, `>`), so they can be compared and kept.
 */
export type Position = string & { readonly __position: unique symbol };

/** The position before the first entry that a log ever held. */
export const START = '' as Position;

/**
 * `Aggregated`: summaries of data events, made for one trail each. `ActivityAuditLog`: events of applications outside of AWS,
 * made for event data stores. Neither is in any history.
 */
export type EventCategory =
  | 'Management'
  | 'Data'
  | 'NetworkActivity'
  | 'Insight'
  | 'Aggregated'
  | 'ActivityAuditLog';

/**
 * One CloudTrail record on its way through the log, with its facts: what selectors ask of it, and never more than its JSON
 * says. Without them (older entries have none) whoever needs them looks for them there. They are not to be relied upon to
 * be read back.
 */
export interface LoggedRecord extends Partial<WrittenFacts> {
  /** The account whose history, trails and event data stores the record belongs to (12 digits). */
  readonly accountId: string;
  /** The Region that the record names (`awsRegion`). */
  readonly region: string;
  readonly category: EventCategory;
  /** The record as one JSON text, at most 256 KB (`src/record/size-limits.ts`). */
  readonly json: string;
  /** The one trail that the record was made for (`trailIdOf`), whatever its selectors say; absent: whoever selects it. */
  readonly forTrail?: string;
  /** Ids of the event data stores that the record was made for, whatever their selectors say; no trail takes such a record. */
  readonly forEventDataStores?: readonly string[];
  /**
   * What event data stores with context keys add to their copies (`EventContext`, src/record/event-context.ts), as one JSON
   * text; only where some store asked for it. It is in no history and in no log file.
   */
  readonly eventContext?: string;
  /** The record as it was before it was cut to 256 KB, at most 1 MB, for event data stores of large events; only where it was cut. */
  readonly largeJson?: string;
}

/**
 * Records for event data stores alone that differ in nothing but their texts, as events of applications come a hundred at a
 * time: they stay bytes on the whole way from where they were read to where they are written.
 */
export interface RecordBundle
  extends Required<Pick<LoggedRecord, 'accountId' | 'region' | 'category' | 'forEventDataStores'>> {
  /** The records' JSON in UTF-8, one behind the other; whoever appends them does not change them any more. */
  readonly texts: Uint8Array;
  /** Of each text. */
  readonly textBytes: Uint32Array;
}

/** Records with the state changes of the same call: one atomic thing. Not all of them may be empty. */
export interface CallEntry {
  readonly kind: 'call';
  readonly records: readonly LoggedRecord[];
  /** Further records, behind `records`; who is no reader for event data stores looks past them. Never without any. */
  readonly bundle?: RecordBundle;
  readonly changes: readonly StateChange[];
}

/**
 * A file of old events, whole. Imported events are stored and searchable; trails, notices, rules and alarms skip
 * entries of this kind.
 */
export interface ImportEntry {
  readonly kind: 'import';
  /** The account into whose history the events go, whatever their `recipientAccountId`. */
  readonly accountId: string;
  /** Where the events came from, for error messages: a path or an s3:// address. */
  readonly source: string;
  readonly eventCount: number;
  /** The file as it was found; `gzip` tells whether the bytes are compressed. At most `importBytesMax`. */
  readonly gzip: boolean;
  readonly bytes: Uint8Array;
  /** Id of the event data store that the events go to, and to no history. */
  readonly eventDataStore?: string;
}

export type LogEntry = CallEntry | ImportEntry;

export interface StoredEntry {
  /** The position just behind this entry: reading from here gives the next one. */
  readonly position: Position;
  /** When the entry was appended, by the log's clock, in ms since the epoch; never less than the entry before. */
  readonly appendedAtMs: number;
  readonly entry: LogEntry;
}

/** What a reader remembers: how far it has come, and a small document of its own, saved together. */
export interface Checkpoint {
  readonly position: Position;
  /** The reader's own JSON document (at most a few hundred KB), e.g. the state it folded up to `position`. */
  readonly state: unknown;
}

export interface ReadLimits {
  readonly entriesMax?: number;
  /** A soft limit: the batch ends with the entry that passes it. */
  readonly bytesMax?: number;
}

/** Refused: an `expected` revision did not hold. Nothing of the entry was written. The caller may read again and retry. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError';
  constructor(readonly key: string) {
    super(`the state under ${key} changed since it was read`);
  }
}

/** Refused: the log is full (its byte limit or the disk). Nothing was written. Callers answer "throttled". */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

/**
 * The ordered, durable, replayable log that everything else reads.
 *
 * Obligations of every adapter:
 * - `append` MUST resolve only when the entry, with all its records and changes, is durable (survives kill -9 and
 *   power loss as far as the device keeps its promises); it MUST be all or nothing.
 * - When an `expected` revision of a change does not hold, `append` MUST reject with StaleRevisionError and write
 *   nothing; other appends of the same group commit MUST NOT be disturbed.
 * - After `append` resolves, StateStore reads in this process MUST show its changes (read-your-writes).
 * - Entries MUST be read in one total order, without holes and without repeats, by every reader alike.
 * - A failed or full append MUST reject (LogFullError when there is no room) and MUST NOT lose earlier entries.
 * - `trim` MUST NOT remove an entry that some saved checkpoint has not passed, nor any while none is saved.
 * - An entry that is none (no record and no change, a key changed twice, a value that JSON cannot say, a key that is
 *   empty or longer than 1,000 bytes) MUST be refused with TypeError, one that is too large with RangeError: mistakes of
 *   the caller, which disturb nobody else's append.
 */
export interface EventLog {
  append(entry: LogEntry): Promise<Position>;
  /** The entries behind `from`, oldest first; an empty list when there is nothing yet. */
  read(from: Position, limits?: ReadLimits): Promise<readonly StoredEntry[]>;
  /** The position behind the newest durable entry. */
  head(): Position;
  /** Calls back soon after new entries became durable (several may share one call). Returns the way to stop. */
  subscribe(onAppended: () => void): () => void;
  /** The checkpoint that a reader saved last; undefined for a reader never seen. */
  checkpoint(reader: string): Promise<Checkpoint | undefined>;
  /** Saves a checkpoint durably, position and state in one step. A checkpoint of null forgets the reader. */
  saveCheckpoint(reader: string, checkpoint: Checkpoint | null): Promise<void>;
  /** Removes entries that every saved checkpoint has passed. Returns how many entries went. */
  trim(): Promise<number>;
  close(): Promise<void>;
}
