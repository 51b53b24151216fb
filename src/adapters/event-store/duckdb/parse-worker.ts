// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import { type ArrivedEntry, parseEntries } from './parse-entries.js';
import { buffersOf, type ParsedBatch } from './parsed-batch.js';
import { TermHasher } from './term-hash.js';

/** The thread that parse-pool.ts starts. */
export interface ParseWorkerData {
  readonly hashSeed: number;
}
export type ParseRequest = readonly ArrivedEntry[];
export type ParseAnswer = { readonly batch: ParsedBatch } | { readonly error: string };

const port = parentPort!;
const hasher = new TermHasher((workerData as ParseWorkerData).hashSeed);

port.on('message', (request: ParseRequest) => {
  try {
    const batch = parseEntries(request, hasher);
    port.postMessage({ batch } satisfies ParseAnswer, buffersOf(batch));
  } catch (error) {
    port.postMessage({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies ParseAnswer);
  }
});
