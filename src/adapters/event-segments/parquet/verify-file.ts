// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BookedFile } from './books.js';

/** Why a file is not what the books say; undefined when it is. */
export async function verifyFile(path: string, booked: BookedFile): Promise<string | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
      hash.update(piece as Buffer);
      bytes += (piece as Buffer).length;
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'the file is missing' : `the file cannot be read (${code})`;
  }
  if (bytes !== booked.bytes) return `the file has ${bytes} bytes instead of ${booked.bytes}`;
  return hash.digest('hex') === booked.sha256 ? undefined : 'the bytes are not those that were written';
}
