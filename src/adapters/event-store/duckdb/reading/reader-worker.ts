// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import type { AttributeFilter } from '../lookup-sql.js';
import { lowerThreadPriority } from '../lower-thread-priority.js';
import type { RecordFile } from '../record-file-list.js';
import { RecordReader } from '../record-reader.js';
import { readerCacheBlocksMax } from '../store-limits.js';
import type { PlacedRow } from '../stored-event.js';
import { type EventsPart, packedEvents } from './matching-events.js';

/** The thread that event-readers.ts starts. */
export type ReaderRequest =
  | { readonly files: readonly RecordFile[] }
  | {
      readonly id: number;
      readonly rows: readonly PlacedRow[];
      readonly attributes: readonly AttributeFilter[];
    };

export type ReaderAnswer =
  | { readonly isReady: true }
  | { readonly id: number; readonly count: number; readonly events: EventsPart }
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
  const { id, rows, attributes } = request;
  try {
    const read = packedEvents(reader, rows, attributes);
    send({ id, ...read }, [read.events.buffer as ArrayBuffer]);
  } catch {
    send({ id, failed: true });
  }
});
lowerThreadPriority(niceness);
send({ isReady: true });

function send(answer: ReaderAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer);
}
