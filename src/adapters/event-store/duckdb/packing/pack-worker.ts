// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { lowerThreadPriority } from '../lower-thread-priority.js';
import { DamagedBlockError } from '../record-block.js';
import type { RecordFile } from '../record-file-list.js';
import { hasSmallBlocks } from './has-small-blocks.js';
import { NotPackableError, type PackedBytes, packRecords } from './pack-records.js';

/** The thread that packer.ts starts, for one round. */
export interface PackRequest {
  readonly file: RecordFile;
  readonly packedPath: string;
}

export type PackAnswer =
  | { readonly packed: PackedBytes }
  /** It stays as it is: undefined where there is nothing to gain. */
  | { readonly leftBecause: string | undefined }
  | { readonly error: string };

/** What is hardly smaller stays as it is. */
const worthItShare = 0.9;

const port = parentPort!;
lowerThreadPriority(19);

port.on('message', (request: PackRequest) => {
  port.postMessage(answer(request));
});

function answer({ file: { path }, packedPath }: PackRequest): PackAnswer {
  try {
    if (!hasSmallBlocks(path)) return { leftBecause: undefined };
    const packed = packRecords(path, packedPath);
    if (packed.after < packed.before * worthItShare) return { packed };
    rmSync(packedPath, { force: true });
    return { leftBecause: undefined };
  } catch (error) {
    if (error instanceof NotPackableError || error instanceof DamagedBlockError)
      return { leftBecause: error.message };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
