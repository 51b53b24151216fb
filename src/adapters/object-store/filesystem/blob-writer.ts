// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { type BlobCipher, chunkBytes } from './blob-cipher.js';
import type { BlobFiles } from './blob-files.js';
import { writeBytes } from './object-limits.js';

/** Encrypts one blob into its file, a chunk at a time; only ciphertext reaches the disk. */
export class BlobWriter {
  readonly #file: FileHandle;
  readonly #cipher: BlobCipher;
  /** The newest chunk waits here until it is known whether it is the last one. */
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  #filled = 0;
  #number = 0;
  #sealed: Buffer[] = [];
  #sealedBytes = 0;

  private constructor(file: FileHandle, cipher: BlobCipher) {
    this.#file = file;
    this.#cipher = cipher;
  }

  /** The caller has pinned the id, and closes the writer in any case. */
  static async create(files: BlobFiles, blobId: string, cipher: BlobCipher): Promise<BlobWriter> {
    return new BlobWriter(await files.create(blobId), cipher);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === chunkBytes) this.#seal(false);
      const taken = bytes.subarray(at, at + chunkBytes - this.#filled);
      this.#chunk.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#sealedBytes >= writeBytes) await this.#flush();
    }
  }

  /** Writes the last chunk and makes the file durable. */
  async end(): Promise<void> {
    this.#seal(true);
    await this.#flush();
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #seal(isLast: boolean): void {
    const sealed = this.#cipher.seal(this.#chunk.subarray(0, this.#filled), this.#number, isLast);
    this.#number += 1;
    this.#filled = 0;
    this.#sealed.push(sealed);
    this.#sealedBytes += sealed.length;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#sealed);
    this.#sealed = [];
    this.#sealedBytes = 0;
    // A write may take less than it was given.
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten;
  }
}
