// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import type { SegmentLines } from '../../ports/event-segments.js';
import { type ImportToRead, readImport } from './read-import.js';

/** The thread that import-thread.ts starts. */
export type ImportAnswer = { readonly lines: readonly SegmentLines[] } | { readonly failed: string };

parentPort?.on('message', (request: ImportToRead) => {
  let answer: ImportAnswer;
  try {
    answer = { lines: readImport(request) };
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
