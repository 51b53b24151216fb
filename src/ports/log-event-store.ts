// SPDX-License-Identifier: Apache-2.0

/** One line of a log as its writer gives it. */
export interface LogEvent {
  /** ms since the epoch, 0 or more. */
  readonly timestampMs: number;
  readonly message: string;
}

/**
 * An event's place among those of its group, in the order of time. Opaque; positions of one group sort by plain string
 * comparison, are never used twice, and stay what they are whatever is written or removed later.
 */
export type LogEventPosition = string & { readonly __logEventPosition: unique symbol };

export interface StoredLogEvent extends LogEvent {
  readonly position: LogEventPosition;
  readonly streamId: string;
  /** When the store took it in, ms since the epoch. */
  readonly ingestedAtMs: number;
}

/** Events of one stream that are written together, in the order of their timestamps. */
export interface LogBatch {
  /** Names the group for good: a group made anew under an old name has another one. At most 200 bytes, no NUL. */
  readonly groupId: string;
  readonly streamId: string;
  readonly events: readonly LogEvent[];
}

/**
 * How far a writer that repeats itself after a crash has come. Keys of one writer sort by plain string comparison.
 * The note is the writer's own, anything JSON can say, kept with the key.
 */
export interface WriterMark {
  readonly key: string;
  readonly note?: unknown;
}

export interface LogEventQuery {
  readonly groupId: string;
  /** Undefined: every stream of the group. */
  readonly streamIds?: readonly string[];
  /** Inclusive, and exclusive; ms since the epoch. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only what is behind, or before, this place. */
  readonly after?: LogEventPosition;
  readonly before?: LogEventPosition;
  readonly order: 'oldestFirst' | 'newestFirst';
  readonly eventsMax: number;
  /** UTF-8 bytes of messages; one event may be larger by itself. */
  readonly bytesMax: number;
}

export interface LogEventPage {
  readonly events: readonly StoredLogEvent[];
  /** Where to go on: `after` this for the older-first order, `before` it for the other; undefined when there is no more. */
  readonly next: LogEventPosition | undefined;
}

export interface LogStreamStats {
  readonly streamId: string;
  readonly eventCount: number;
  /** UTF-8 bytes of the messages and `eventOverheadBytes` for each event. */
  readonly bytes: number;
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  readonly lastIngestedMs: number;
}

/** What AWS counts for an event beside its message. Source: CloudWatch Logs API Reference, "PutLogEvents". */
export const eventOverheadBytes = 26;

/** Refused: there is no room. Nothing was written. Callers answer "try again later". */
export class LogEventStoreFullError extends Error {
  override readonly name = 'LogEventStoreFullError';
}

/**
 * The lines of log groups. What groups and streams there are is state (`ports/state-store.ts`); this store knows their
 * ids only, and a stream comes to be with its first batch.
 *
 * Obligations of every adapter:
 * - `append` MUST resolve only when all batches of the call, and the mark, are durable; it MUST be all or nothing.
 *   With a mark whose key is not greater than the one that the writer has, it MUST write nothing and answer false: a
 *   writer that starts over after a crash repeats itself, and its events are there once.
 * - `read` MUST give the events of the query in the order of (timestamp, arrival) or its reverse, each exactly once
 *   over the pages that `next` leads through, whatever is appended or removed meanwhile: an event that is older than
 *   the place where the reader stands may be missed, one that was given is never given again. A page MAY hold fewer
 *   events than there are, or none; only an undefined `next` is the end.
 * - `append` MUST reject with LogEventStoreFullError when there is no room, and lose nothing of what was there.
 * - `trim`, `dropStream` and `dropGroup` MUST free the room of what they remove, and MUST be repeatable after a crash
 *   in the middle. `trim` MAY keep events that are older than asked for up to a day: readers give `fromMs` too.
 * - Marks MUST outlive the groups that were written to.
 * - Events and marks that no longer are what was written MUST reject, never be given.
 */
export interface LogEventStore {
  append(
    batches: readonly LogBatch[],
    options: { readonly ingestedAtMs: number; readonly writer?: string; readonly mark?: WriterMark },
  ): Promise<boolean>;
  read(query: LogEventQuery): Promise<LogEventPage>;
  /** Streams of a group that hold events; of one only, when it is named. */
  stats(groupId: string, streamId?: string): Promise<readonly LogStreamStats[]>;
  /** Groups that hold events. */
  groups(): Promise<readonly { readonly groupId: string; readonly bytes: number }[]>;
  mark(writer: string): Promise<WriterMark | undefined>;
  /** Sets a mark by itself; null forgets the writer. */
  saveMark(writer: string, mark: WriterMark | null): Promise<void>;
  /** Removes a group's events with a timestamp before `beforeMs`. */
  trim(groupId: string, beforeMs: number): Promise<void>;
  dropStream(groupId: string, streamId: string): Promise<void>;
  dropGroup(groupId: string): Promise<void>;
  close(): Promise<void>;
}
