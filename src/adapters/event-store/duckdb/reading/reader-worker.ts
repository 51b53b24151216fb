// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import type { AttributeFilter } from '../lookup-sql.js';
import { lowerThreadPriority } from '../lower-thread-priority.js';
import type { RecordFile } from '../record-file-list.js';
import { RecordReader } from '../record-reader.js';
import { readerCacheBlocksMax } from '../store-limits.js';
import { eventTextAt, recordAt, type SentTexts, sentTexts, wantedBy } from './event-texts.js';

/** The thread that event-readers.ts starts. */
export type ReaderRequest =
  | { readonly files: readonly RecordFile[] }
  | {
      readonly id: number;
      readonly ordinals: readonly number[];
      /** Absent: records are wanted, not events. */
      readonly attributes?: readonly AttributeFilter[];
    };

/**
 * Events as LookupEvents shows them. Strings, because bytes count as memory outside of the heap, and every few MB of that have the
 * whole heap collected.
 */
export type Texts = readonly (string | undefined)[];

/** What was found at each ordinal, in their order. */
export type ReaderAnswer =
  | { readonly isReady: true }
  | { readonly id: number; readonly texts: Texts }
  | { readonly id: number; readonly records: SentTexts }
  /** A file is gone or damaged: whoever asked looks itself. */
  | { readonly id: number; readonly failed: true };

/** A tenth of what recording gets where both want the same processor; without it, nobody notices. */
const niceness = 10;

const port = parentPort!;
const reader = new RecordReader([], readerCacheBlocksMax);

port.on('message', (request: ReaderRequest) => {
  if ('files' in request) {
    reader.setFiles(request.files);
    return;
  }
  const { id, ordinals, attributes } = request;
  try {
    if (attributes === undefined) {
      const records = sentTexts(ordinals.map((ordinal) => recordAt(reader, ordinal)));
      send({ id, records }, [records.bytes.buffer]);
      return;
    }
    const wanted = wantedBy(attributes);
    send({ id, texts: ordinals.map((ordinal) => eventTextAt(reader, ordinal, wanted)) });
  } catch {
    send({ id, failed: true });
  }
});
lowerThreadPriority(niceness);
send({ isReady: true });

function send(answer: ReaderAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer);
}
