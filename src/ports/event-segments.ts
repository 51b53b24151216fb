// SPDX-License-Identifier: Apache-2.0

/**
 * Records on their way into segments: one JSON object a line,
 * `{"place":"123","account":"111122223333","region":"eu-west-1","category":"Management","entered":1795255200000,"record":{…}}`.
 * `place` (decimal digits) is the event's place in the history, where it has one. `record` has no line ends in it.
 */
export interface SegmentLines {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** What kind of records a stream holds: which columns its segments have. */
export type SegmentKind = 'cloudtrail' | 'activity';

export interface SegmentAppend {
  /** `history/111122223333`, `event-data-store/<uuid>`. Letters, digits, `-` and `/`. */
  readonly stream: string;
  readonly kind: SegmentKind;
  readonly lines: SegmentLines;
  /** Leave out events whose eventID the stream has already: where the source may bring them twice (imports). */
  readonly leaveOutKnown?: boolean;
}

export interface SegmentFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Bounds of eventTime, ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The files of a stream as they were at one moment. They stay until `release` is called. */
export interface SegmentSnapshot {
  readonly files: readonly SegmentFile[];
  release(): void;
}

export interface SegmentStreamFacts {
  readonly stream: string;
  readonly kind: SegmentKind;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A segment that is not what was written: whoever rebuilds knows what is missing. */
export interface SegmentDamage {
  readonly stream: string;
  readonly file: string;
  readonly reason: string;
}

/**
 * Columnar copies of records, for SQL: named streams of immutable files that another process may read.
 *
 * Obligations of every adapter:
 * - `commit` MUST make all its appends and the reader's new cursor durable together, or none of it.
 * - A snapshot MUST show every record of every commit that has resolved, each once, whatever is compacted meanwhile.
 * - Files are never changed once a snapshot may have named them; they are removed when no snapshot holds them.
 * - `dropEnteredBefore` MUST remove only records that entered before the time, and need not remove all of them at once.
 */
export interface EventSegments {
  commit(
    reader: string,
    cursor: string,
    appends: readonly SegmentAppend[],
  ): Promise<{ readonly added: number }>;
  /** What `commit` saved last for a reader; undefined for one never seen. */
  cursor(reader: string): string | undefined;
  /** @param range eventTime: files that lie wholly outside may be left out */
  snapshot(stream: string, range?: { readonly fromMs?: number; readonly toMs?: number }): SegmentSnapshot;
  streams(): readonly SegmentStreamFacts[];
  dropEnteredBefore(stream: string, timeMs: number): Promise<void>;
  /** By eventTime: the retention of event data stores. */
  dropHappenedBefore(stream: string, timeMs: number): Promise<void>;
  removeStream(stream: string): Promise<void>;
  /** Reads every file and compares it with what the books say. */
  verify(onProgress?: (done: number, of: number) => void): Promise<readonly SegmentDamage[]>;
  close(): Promise<void>;
}
