// SPDX-License-Identifier: Apache-2.0
import { constants, setPriority } from 'node:os';
import { writerNiceness } from '../segment-limits.js';
import type { WriterAnswer, WriterRequest } from '../writer-protocol.js';
import { SegmentWriter } from './segment-writer.js';

/** The process that writer-process.ts starts. It trusts what it is asked, and ends with whoever asks. */
setPriority(Math.min(writerNiceness, constants.priority.PRIORITY_LOW));
process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole group; the server says when this one ends.
process.on('SIGINT', () => {});

const writer = await SegmentWriter.open(process.argv[2] as string);
let last: Promise<void> = Promise.resolve();

process.on('message', (request: WriterRequest) => {
  last = last.then(() => answer(request));
});

const reasonLengthMax = 200;

/** The first line: those behind it may show what the records hold, which no log may. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').slice(0, reasonLengthMax);
}

async function answer({ id, task }: WriterRequest): Promise<void> {
  let result: WriterAnswer;
  try {
    result = { id, written: (await writer.run(task)) ?? null };
  } catch (error) {
    result = { id, failed: reasonOf(error) };
  }
  process.send?.(result);
}
