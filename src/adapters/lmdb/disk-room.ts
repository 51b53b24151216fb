// SPDX-License-Identifier: Apache-2.0
import { statfsSync } from 'node:fs';

/**
 * Bytes that the file system of `dir` still has for us. Asked before every transaction with appends, a few
 * microseconds on a local disk: lmdb 3.5.6 writes its message about a failed page write into 100 bytes that can be
 * too few (`mdb_page_flush`, `last_error`), so a commit that meets a full disk can end the process. Nothing durable
 * is lost by that, but refusing beforehand is the better answer.
 */
export function diskFreeBytes(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  } catch {
    // A file system that cannot say must not stop the recording.
    return Number.POSITIVE_INFINITY;
  }
}
