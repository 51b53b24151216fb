// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import { LogFileError } from '../../record/log-file.js';
import { type CheckedFile, checkFile } from './check-file.js';

/** The thread that check-pool.ts starts. */
export interface CheckRequest {
  readonly bytes: Uint8Array;
  readonly happenedSinceMs: number | undefined;
}
export type CheckAnswer =
  | { readonly checked: CheckedFile }
  /** The file is bad: the reason. */
  | { readonly refused: string }
  /** We are: the stack. */
  | { readonly failed: string };

const port = parentPort!;

port.on('message', ({ bytes, happenedSinceMs }: CheckRequest) => {
  try {
    const checked = checkFile(bytes, happenedSinceMs);
    port.postMessage({ checked } satisfies CheckAnswer, ownBuffers(checked));
  } catch (error) {
    const answer: CheckAnswer =
      error instanceof LogFileError
        ? { refused: error.message }
        : { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    port.postMessage(answer);
  }
});

/** Whole buffers are handed over; parts of Node's shared pool are copied. */
function ownBuffers({ pieces }: CheckedFile): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { bytes } of pieces) {
    if (bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength)
      buffers.add(bytes.buffer);
  }
  return [...buffers];
}
