// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../../../ports/object-store.js';
import type { BlobFiles } from './blob-files.js';
import { diskLookBytes, inlineBytesMax } from './object-limits.js';

/** A body that arrived whole: its bytes, when they are few, or a synced file that is not in its place yet. */
export interface ReceivedBody {
  readonly size: number;
  readonly md5: string;
  readonly sha256: string;
  /** The bytes of a small body. */
  readonly inline: Buffer | undefined;
  /** Whether the file of the blob was written. */
  readonly isFile: boolean;
}

/**
 * Takes a body in while hashing it. The first bytes wait in memory; a file is begun only once there are more than a
 * small object has.
 * @param blobId the file's name to be, pinned by the caller
 * @param checkRoom throws when the disk has no room for so many more bytes
 */
export async function receiveBody(
  source: ByteSource,
  files: BlobFiles,
  blobId: string,
  checkRoom: (bytes: number) => void,
): Promise<ReceivedBody> {
  const intake = new Intake(files, blobId, checkRoom);
  try {
    if (source instanceof Uint8Array) await intake.take(source);
    else for await (const chunk of source) await intake.take(chunk);
    return await intake.end();
  } finally {
    await intake.close();
  }
}

class Intake {
  readonly #files: BlobFiles;
  readonly #blobId: string;
  readonly #checkRoom: (bytes: number) => void;
  readonly #md5: Hash = createHash('md5');
  readonly #sha256: Hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #size = 0;
  #checkedUpTo = 0;
  #file: FileHandle | undefined;

  constructor(files: BlobFiles, blobId: string, checkRoom: (bytes: number) => void) {
    this.#files = files;
    this.#blobId = blobId;
    this.#checkRoom = checkRoom;
  }

  async take(chunk: Uint8Array): Promise<void> {
    this.#md5.update(chunk);
    this.#sha256.update(chunk);
    this.#size += chunk.length;
    if (this.#size > this.#checkedUpTo) {
      this.#checkRoom(chunk.length);
      this.#checkedUpTo = this.#size + diskLookBytes;
    }
    if (this.#file !== undefined) {
      await writeWhole(this.#file, chunk);
      return;
    }
    // A source may use its buffer again for the next chunk.
    this.#waiting.push(Uint8Array.from(chunk));
    if (this.#size > inlineBytesMax) await this.#begin();
  }

  async end(): Promise<ReceivedBody> {
    await this.#file?.sync();
    return {
      size: this.#size,
      md5: this.#md5.digest('hex'),
      sha256: this.#sha256.digest('hex'),
      inline: this.#file === undefined ? Buffer.concat(this.#waiting) : undefined,
      isFile: this.#file !== undefined,
    };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #begin(): Promise<void> {
    this.#file = await this.#files.create(this.#blobId);
    for (const chunk of this.#waiting) await writeWhole(this.#file, chunk);
    this.#waiting = [];
  }
}

/** A write may take less than it was given. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
