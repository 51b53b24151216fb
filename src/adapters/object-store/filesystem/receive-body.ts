// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import type { ByteSource } from '../../../ports/object-store.js';
import type { BlobCipher } from './blob-cipher.js';
import type { BlobFiles } from './blob-files.js';
import { BlobWriter } from './blob-writer.js';
import { diskLookBytes, inlineBytesMax } from './object-limits.js';

/** A body that arrived whole: its bytes, when they are few, or a synced file that is not in its place yet. */
export interface ReceivedBody {
  readonly size: number;
  readonly md5: string;
  readonly sha256: string;
  /** The bytes of a small body, encrypted. */
  readonly inline: Buffer | undefined;
  /** Whether the file of the blob was written. */
  readonly isFile: boolean;
}

/** Where a body goes. */
export interface BlobTarget {
  readonly files: BlobFiles;
  /** The file's name to be, pinned by the caller. */
  readonly blobId: string;
  readonly cipher: BlobCipher;
}

/**
 * Takes a body in while hashing and encrypting it. The first bytes wait in memory; a file is begun only once there are more than a
 * small object has.
 * @param checkRoom throws when the disk has no room for so many more bytes
 */
export async function receiveBody(
  source: ByteSource,
  target: BlobTarget,
  checkRoom: (bytes: number) => void,
): Promise<ReceivedBody> {
  const intake = new Intake(target, checkRoom);
  try {
    if (source instanceof Uint8Array) await intake.take(source);
    else for await (const chunk of source) await intake.take(chunk);
    return await intake.end();
  } finally {
    await intake.close();
  }
}

class Intake {
  readonly #target: BlobTarget;
  readonly #checkRoom: (bytes: number) => void;
  readonly #md5: Hash = createHash('md5');
  readonly #sha256: Hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #size = 0;
  #checkedUpTo = 0;
  #writer: BlobWriter | undefined;

  constructor(target: BlobTarget, checkRoom: (bytes: number) => void) {
    this.#target = target;
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
    if (this.#writer !== undefined) {
      await this.#writer.write(chunk);
      return;
    }
    // A source may use its buffer again for the next chunk.
    this.#waiting.push(Uint8Array.from(chunk));
    if (this.#size > inlineBytesMax) await this.#begin();
  }

  async end(): Promise<ReceivedBody> {
    await this.#writer?.end();
    const isFile = this.#writer !== undefined;
    return {
      size: this.#size,
      md5: this.#md5.digest('hex'),
      sha256: this.#sha256.digest('hex'),
      inline: isFile ? undefined : this.#target.cipher.seal(Buffer.concat(this.#waiting), 0, true),
      isFile,
    };
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }

  async #begin(): Promise<void> {
    const { files, blobId, cipher } = this.#target;
    this.#writer = await BlobWriter.create(files, blobId, cipher);
    for (const chunk of this.#waiting) await this.#writer.write(chunk);
    this.#waiting = [];
  }
}
