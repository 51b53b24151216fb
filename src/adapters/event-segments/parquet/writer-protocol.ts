// SPDX-License-Identifier: Apache-2.0
import type { SegmentKind } from '../../../ports/event-segments.js';
import type { BookedFile } from './books.js';

/** What the main process asks of a writer process. Paths are absolute; `path` does not exist yet. */
export type WriterTask = KindOfTask & {
  /** Of the files that are encrypted, `path` too where it is to be: 32 bytes in base64, by path. */
  readonly keys?: Readonly<Record<string, string>>;
};

type KindOfTask =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly records: SegmentKind;
      readonly lines: Uint8Array;
      /** Files whose events are left out (`SegmentAppend.leaveOutKnown`); absent: nothing is. */
      readonly known?: readonly KnownFile[];
    }
  | {
      readonly kind: 'merge';
      readonly path: string;
      readonly records: SegmentKind;
      readonly from: readonly string[];
      /** Some of the files lack columns: all of them are made anew, of the records. */
      readonly isRemade?: true;
      /** Only rows that happened at or after this time. */
      readonly happenedSinceMs?: number;
      /** Files whose events are left out. */
      readonly known?: readonly KnownFile[];
    };

export interface KnownFile {
  readonly path: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What became of it: a durable file (its folder is not synced), or nothing where no row was left. */
export type WrittenFile = Omit<BookedFile, 'name' | 'layout' | 'key' | 'mayRepeat'>;

export interface WriterRequest {
  readonly id: number;
  readonly task: WriterTask;
}

export interface WriterAnswer {
  readonly id: number;
  readonly written?: WrittenFile | null;
  /** The reason, in the engine's words: for the operator. */
  readonly failed?: string;
}
