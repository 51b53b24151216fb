// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorLog } from '../../../ports/operator-log.js';

const incoming = 'incoming';

/**
 * The files of the store: `blobs/ab/abcdef…` for finished ones, `incoming/` for those being written. Names are random;
 * nothing that a client says reaches a file name.
 *
 * Invariant: a file is removed only while nobody has it pinned. Who writes a blob pins it from before its file
 * exists until the index has it; who reads one, until it is read.
 */
export class BlobFiles {
  readonly #dir: string;
  readonly #isUsed: (blobId: string) => boolean;
  readonly #log: OperatorLog;
  readonly #pins = new Map<string, number>();
  readonly #unused = new Set<string>();
  /** Folders of the fan-out, at most 256, that are known to be there. */
  readonly #folders = new Set<string>();
  #removals: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(dir: string, isUsed: (blobId: string) => boolean, log: OperatorLog) {
    this.#dir = dir;
    this.#isUsed = isUsed;
    this.#log = log;
  }

  /** @param isUsed whether the durable index knows the blob */
  static async open(dir: string, isUsed: (blobId: string) => boolean, log: OperatorLog): Promise<BlobFiles> {
    await mkdir(join(dir, incoming), { recursive: true, mode: 0o700 });
    const blobs = join(dir, 'blobs');
    await mkdir(blobs, { recursive: true, mode: 0o700 });
    await syncFolder(dir);
    return new BlobFiles(dir, isUsed, log);
  }

  /** A new file to write into. The caller has pinned the id. */
  create(blobId: string): Promise<FileHandle> {
    return open(this.#incomingPath(blobId), 'wx', 0o600);
  }

  /** Puts a written and synced file in its place, durably. */
  async finish(blobId: string): Promise<void> {
    await this.#makeFolder(blobId.slice(0, 2));
    await rename(this.#incomingPath(blobId), this.#path(blobId));
    await syncFolder(this.#folder(blobId));
  }

  /** Takes back a file that was created, wherever it is by now. */
  async discard(blobId: string): Promise<void> {
    await rm(this.#incomingPath(blobId), { force: true });
    await rm(this.#path(blobId), { force: true });
  }

  openToRead(blobId: string): Promise<FileHandle> {
    return open(this.#path(blobId), 'r');
  }

  pin(blobIds: readonly string[]): void {
    for (const id of blobIds) this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
  }

  unpin(blobIds: readonly string[]): void {
    for (const id of blobIds) {
      const pins = (this.#pins.get(id) ?? 0) - 1;
      if (pins > 0) this.#pins.set(id, pins);
      else this.#pins.delete(id);
    }
    this.removeUnused(blobIds.filter((id) => this.#unused.has(id)));
  }

  /**
   * Removes files that the index dropped, in the background; those still pinned go when they are unpinned, if they are
   * still unused then. What is left at the end the next start sweeps.
   */
  removeUnused(blobIds: readonly string[]): void {
    if (blobIds.length > 0) this.#removals = this.#removals.then(() => this.#removeUnused(blobIds));
  }

  async #removeUnused(blobIds: readonly string[]): Promise<void> {
    for (const id of blobIds) {
      if (this.#closed) return;
      if (this.#isUsed(id)) {
        this.#unused.delete(id);
      } else if (this.#pins.has(id)) {
        this.#unused.add(id);
      } else {
        this.#unused.delete(id);
        await this.#remove(this.#path(id));
      }
    }
  }

  /** Removes what an earlier process left: half-written files, and files that the index does not know. */
  async sweep(): Promise<number> {
    let swept = 0;
    try {
      swept += await this.#sweepFolder(join(this.#dir, incoming), () => false);
      for (const name of await readdir(join(this.#dir, 'blobs')))
        swept += await this.#sweepFolder(join(this.#dir, 'blobs', name), this.#isUsed);
    } catch (err) {
      this.#log.warn({ err }, 'the object files could not all be checked; the next start tries again');
    }
    if (swept > 0) this.#log.info({ files: swept }, 'removed object files that no object uses');
    return swept;
  }

  /** Stops sweeping and removing, and waits until that is true. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#removals;
  }

  async #makeFolder(name: string): Promise<void> {
    if (this.#folders.has(name)) return;
    await mkdir(join(this.#dir, 'blobs', name), { recursive: true, mode: 0o700 });
    await syncFolder(join(this.#dir, 'blobs'));
    this.#folders.add(name);
  }

  async #sweepFolder(folder: string, isUsed: (blobId: string) => boolean): Promise<number> {
    let swept = 0;
    for await (const { name } of await opendir(folder)) {
      if (this.#closed) break;
      // Both in one turn: a put under way is pinned until the index has its blob.
      if (this.#pins.has(name) || isUsed(name)) continue;
      await this.#remove(join(folder, name));
      swept++;
    }
    return swept;
  }

  async #remove(path: string): Promise<void> {
    try {
      await unlink(path);
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn({ err }, 'an unused object file stays until the next start');
    }
  }

  #incomingPath(blobId: string): string {
    return join(this.#dir, incoming, blobId);
  }

  #folder(blobId: string): string {
    return join(this.#dir, 'blobs', blobId.slice(0, 2));
  }

  #path(blobId: string): string {
    return join(this.#folder(blobId), blobId);
  }
}

/** Makes a rename or a new name in the folder durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
