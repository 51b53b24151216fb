// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadAhead } from '../../../ports/event-store.js';
import { LogFileError } from '../../../record/log-file.js';
import { type ArrivedEntry, parseAhead, parseEntries } from './parse-entries.js';
import { buffersOf, type ParsedBatch } from './parsed-batch.js';
import { TermHasher } from './term-hash.js';

/** The thread that parse-pool.ts starts. */
export interface ParseWorkerData {
  readonly hashSeed: number;
}

/** Entries of the log, or a file ahead of its import. */
export type ParseRequest = readonly ArrivedEntry[] | { readonly file: Uint8Array };

export interface ParsedFile {
  readonly summary: ReadAhead;
  readonly batch: ParsedBatch;
}

export type ParseAnswer =
  | { readonly batch: ParsedBatch; readonly summary?: ReadAhead }
  /** The file is no log file, and why. */
  | { readonly refused: string }
  | { readonly error: string };

const port = parentPort!;
const hasher = new TermHasher((workerData as ParseWorkerData).hashSeed);

port.on('message', (request: ParseRequest) => {
  try {
    const answer =
      'file' in request ? parseAhead(request.file, hasher) : { batch: parseEntries(request, hasher) };
    port.postMessage(answer satisfies ParseAnswer, buffersOf(answer.batch));
  } catch (error) {
    port.postMessage(failure(error));
  }
});

function failure(error: unknown): ParseAnswer {
  if (error instanceof LogFileError) return { refused: error.message };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
