// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.js';
import { type OperatorLog, silentLog } from '../../../ports/operator-log.js';
import { diskFreeBytes } from '../../lmdb/disk-room.js';
import { BlobFiles } from './blob-files.js';
import { BlobKeys, storeKeyCheck } from './blob-keys.js';
import { FilesystemObjectStore } from './filesystem-object-store.js';
import { noSpaceError } from './no-space.js';
import { openObjectIndex } from './object-index.js';
import { diskFreeBytesMinDefault, diskFreeBytesToOpen } from './object-limits.js';

export interface OpenObjectStoreOptions {
  readonly clock: Clock;
  /** 32 bytes, for this store alone: the keys of its objects are kept wrapped under it. */
  readonly key: Uint8Array;
  readonly log?: OperatorLog;
  /** Puts reject with NoSpace rather than leave less than this free on the disk; 64 MiB by default. */
  readonly diskFreeBytesMin?: number;
  /** Bytes free on the disk; asked of the file system by default. */
  readonly diskFreeBytes?: () => number;
}

/**
 * Opens the object store in `dir`, made when it is not there. One process at a time; keeping others out is the
 * caller's part. What an earlier process left half-written is removed in the background.
 * Throws ObjectIndexFormatError when the stored format is not this version's, ObjectStoreKeyError when it was written
 * under another key, NoSpace when the disk is full, DamagedStoreError when the index cannot be read.
 */
export async function openFilesystemObjectStore(
  dir: string,
  options: OpenObjectStoreOptions,
): Promise<FilesystemObjectStore> {
  const keys = new BlobKeys(options.key);
  await mkdir(join(dir, 'index'), { recursive: true, mode: 0o700 });
  const freeBytes = options.diskFreeBytes ?? (() => diskFreeBytes(dir));
  if (freeBytes() < diskFreeBytesToOpen)
    throw noSpaceError(`the disk of ${dir} is full: the store cannot be opened`);
  const log = options.log ?? silentLog;
  const index = await openObjectIndex(join(dir, 'index'), storeKeyCheck(options.key), log);
  const isUsed = (blobId: string) => index.refs.getBinary(Buffer.from(blobId)) !== undefined;
  const files = await BlobFiles.open(dir, isUsed, log);
  return new FilesystemObjectStore(index, files, {
    clock: options.clock,
    keys,
    diskFreeBytesMin: options.diskFreeBytesMin ?? diskFreeBytesMinDefault,
    diskFreeBytes: freeBytes,
  });
}
