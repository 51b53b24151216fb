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

/** Under which KMS key the files of a stream are encrypted, and on whose account. */
export interface SegmentSealing {
  readonly kmsKeyArn: string;
  /** ARN of the event data store: what the key is used for. */
  readonly ownerArn: string;
}

/** The key of one file as it may be kept beside it: only `SegmentKeys` opens it. */
export interface SealedSegmentKey extends SegmentSealing {
  /** Base64. */
  readonly ciphertext: string;
  /** The KMS key could not be used when the file was written: until it can, nobody reads it. */
  readonly isProvisional?: true;
}

/** The KMS key of a file cannot be used now. The code is KMS's (`DisabledException`). */
export class SegmentKeyError extends Error {
  override readonly name = 'SegmentKeyError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The keys of files that are encrypted: one for each file, so that no nonce can come twice under one. */
export interface SegmentKeys {
  /**
   * A new key. Where the KMS key cannot be used it is provisional: what is recorded now must be kept, encrypted, and must wait for
   * nobody's key.
   */
  create(
    sealing: SegmentSealing,
  ): Promise<{ readonly plaintext: Uint8Array; readonly sealed: SealedSegmentKey }>;
  /** 32 bytes. Rejects with SegmentKeyError while the KMS key cannot be used, for provisional keys too. */
  open(sealed: SealedSegmentKey): Promise<Uint8Array>;
}

export interface SegmentAppend {
  /** `history/111122223333`, `event-data-store/<uuid>`. Letters, digits, `-` and `/`. */
  readonly stream: string;
  readonly kind: SegmentKind;
  readonly lines: SegmentLines;
  /** Leave out events whose eventID the stream has already: where the source may bring them twice (imports). */
  readonly leaveOutKnown?: boolean;
  /** Absent: the file is not encrypted. */
  readonly sealing?: SegmentSealing;
}

export interface SegmentFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Bounds of eventTime, ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of an encrypted file. */
  readonly sealedKey?: SealedSegmentKey;
  /** Made by an earlier release, and not yet rewritten: it lacks columns. */
  readonly isOlder?: true;
}

/** The files of a stream as they were at one moment. They stay until `release` is called. */
export interface SegmentSnapshot {
  /** The newest events first: who wants some of those needs not look into the others. */
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
 * - What was appended with `sealing` MUST reach the disk encrypted under a key of its file alone, also in what is left of a write that
 *   failed; and files of a stream that got its key later are encrypted in the background.
 * - A KMS key that cannot be used MUST NOT keep a commit from being done.
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
