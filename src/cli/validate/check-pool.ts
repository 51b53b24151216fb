// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import type { AwsConnection, AwsCredentials } from './aws-requests.js';
import type { CheckedFile, FileCheck } from './check-file.js';
import { type CheckThread, OwnThread, WorkerThread } from './check-threads.js';

/** More threads than this do not make a bucket or a disk faster. */
const threadsMax = 8;

/** One core is left to whoever lists and judges, and to a server on the same machine. */
function threadsFor(cores: number): number {
  return Math.max(1, Math.min(threadsMax, cores - 1));
}

/** Files on their way in one thread: enough to keep its connections busy. */
const filesPerThread = 128;

/** Compressed bytes on their way in all threads: what files are held in memory as. */
const bytesMax = 256 * 1024 ** 2;

/** What a file counts for whose size nobody told. */
const sizeUnknownBytes = 64 * 1024;

interface BusyThread {
  readonly thread: CheckThread;
  filesOut: number;
}

/** Reads, uncompresses and hashes files: in threads, or, of a bucket that would have but one, in this one. */
export class CheckPool {
  readonly #threads: BusyThread[];
  readonly #queue: (() => void)[] = [];
  #filesOut = 0;
  #bytesOut = 0;
  #failed: Error | undefined;

  constructor(connection: AwsConnection | undefined, threads = threadsFor(availableParallelism())) {
    const isAlone = threads === 1 && connection !== undefined;
    this.#threads = Array.from({ length: threads }, () => ({
      filesOut: 0,
      thread: isAlone
        ? new OwnThread(connection)
        : new WorkerThread(connection, (cause) => {
            this.#failed ??= cause;
            this.#wake();
          }),
    }));
  }

  /** Files that are on their way at most: whoever hands out more only waits. */
  get filesMax(): number {
    return this.#threads.length * filesPerThread;
  }

  /** Resolves once there is room for the file; its answer comes later. Rejects only when a thread died. */
  async accept(check: FileCheck): Promise<{ readonly checked: Promise<CheckedFile> }> {
    const { sizeBytes = sizeUnknownBytes } = check;
    while (!this.#hasRoom(sizeBytes)) await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (this.#failed !== undefined) throw this.#failed;
    const idlest = this.#threads.reduce((best, other) => (other.filesOut < best.filesOut ? other : best));
    idlest.filesOut++;
    this.#filesOut++;
    this.#bytesOut += sizeBytes;
    return { checked: this.#finished(idlest, check, sizeBytes) };
  }

  renew(credentials: AwsCredentials): void {
    for (const { thread } of this.#threads) thread.renew(credentials);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ thread }) => thread.close()));
  }

  async #finished(busy: BusyThread, check: FileCheck, sizeBytes: number): Promise<CheckedFile> {
    const checked = await busy.thread.check(check);
    busy.filesOut--;
    this.#filesOut--;
    this.#bytesOut -= sizeBytes;
    this.#wake();
    return checked;
  }

  #hasRoom(sizeBytes: number): boolean {
    if (this.#failed !== undefined || this.#filesOut === 0) return true;
    return this.#filesOut < this.filesMax && this.#bytesOut + sizeBytes <= bytesMax;
  }

  #wake(): void {
    if (this.#queue.length > 0) for (const waiting of this.#queue.splice(0)) waiting();
  }
}
