// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  write,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ReadableBlock } from './record-block.js';
import { listRecordFiles, type RecordFile, recordFilePath } from './record-file-list.js';
import { RecordReader, type Stretch } from './record-reader.js';
import {
  blockCacheBlocksMax,
  liveAppendBytesMax,
  liveRecordFileBytesMax,
  recordFileBytesMax,
} from './store-limits.js';

const writeAsync = promisify(write);
const fdatasyncAsync = promisify(fdatasync);

/** The files of blocks do not hold what the index says they hold. */
export class RecordFilesError extends Error {
  override readonly name = 'RecordFilesError';
}

/** When a file is full, in bytes: of imports and of live events. */
export interface RecordFileSizes {
  readonly fileBytesMax: number;
  readonly liveFileBytesMax: number;
}

export const usualFileSizes: RecordFileSizes = {
  fileBytesMax: recordFileBytesMax,
  liveFileBytesMax: liveRecordFileBytesMax,
};

/**
 * The texts of all records, as compressed blocks in append-only files beside the index. An address counts all block
 * bytes ever written; a file is named after the address where it begins.
 *
 * Invariants:
 * - The index says where the good bytes end. What is behind that was never committed and is cut at opening.
 * - Bytes are written and synced before the index commits to them, and never change afterwards. A full file may be
 *   packed: the addresses stay.
 */
export class RecordFiles {
  readonly #dir: string;
  readonly #sizes: RecordFileSizes;
  readonly #reader: RecordReader;
  /** Behind the last committed byte. */
  #end: number;
  #writing: { readonly file: RecordFile; readonly fd: number } | undefined;

  private constructor(dir: string, files: readonly RecordFile[], end: number, sizes: RecordFileSizes) {
    this.#dir = dir;
    this.#sizes = sizes;
    this.#reader = new RecordReader(files, blockCacheBlocksMax);
    this.#end = end;
  }

  /** Opens the files whose good bytes end at `end`. Returns too how many bytes of an unfinished write were cut. */
  static open(
    dir: string,
    end: number,
    sizes: RecordFileSizes = usualFileSizes,
  ): { files: RecordFiles; cutBytes: number } {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    removeLeftOvers(dir);
    const found = listRecordFiles(dir);
    const kept = found.filter(({ start }) => start < end);
    let cutBytes = 0;
    for (const { path } of found.slice(kept.length)) {
      cutBytes += statSync(path).size;
      rmSync(path);
    }
    if (end > 0 && kept.length === 0)
      throw new RecordFilesError(`${dir} is empty, but ${end} bytes were committed`);
    for (const [index, { path, start, isPacked }] of kept.entries()) {
      // It was committed long before it was packed, and got its name when it was complete.
      if (isPacked) continue;
      const goodBytes = (kept[index + 1]?.start ?? end) - start;
      const { size } = statSync(path);
      if (size < goodBytes)
        throw new RecordFilesError(`${path} has ${size} bytes, but ${goodBytes} were committed`);
      if (size > goodBytes) truncate(path, goodBytes);
      cutBytes += size - goodBytes;
    }
    return { files: new RecordFiles(dir, kept, end, sizes), cutBytes };
  }

  /** Where the next block goes. */
  get end(): number {
    return this.#end;
  }

  /**
   * Appends whole blocks and syncs them. They stay out of sight until `commit`; a further `append` without it writes
   * over them. Returns the address of the first byte and the end to commit.
   */
  async append(bytes: Uint8Array): Promise<{ address: number; end: number }> {
    const address = this.#end;
    const { file, fd } = this.#fileFor(address, bytes.length);
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await writeAsync(
        fd,
        bytes,
        written,
        bytes.length - written,
        address - file.start + written,
      );
      written += bytesWritten;
    }
    await fdatasyncAsync(fd);
    return { address, end: address + bytes.length };
  }

  /** The index has committed everything before `end`. */
  commit(end: number): void {
    this.#end = end;
  }

  get files(): readonly RecordFile[] {
    return this.#reader.files;
  }

  /** Whether a block is in memory. */
  has(address: number): boolean {
    return this.#reader.has(address);
  }

  /** The block at an address. Throws DamagedBlockError; undefined where the file was dropped meanwhile. */
  read(address: number): ReadableBlock | undefined {
    return this.#reader.read(address);
  }

  /** As `read`, for whoever goes over many blocks once. */
  open(address: number): ReadableBlock | undefined {
    return this.#reader.open(address);
  }

  /** Throws DamagedBlockError; undefined where the file was dropped meanwhile. */
  stretchAt(address: number): Stretch | undefined {
    return this.#reader.stretchAt(address);
  }

  /** Where the oldest block is that there still is. */
  get start(): number {
    return this.files[0]?.start ?? this.#end;
  }

  /** Removes the files that lie wholly before an address. Returns how many bytes that freed. */
  dropBefore(address: number): number {
    const kept = this.files.findLastIndex(({ start }, index) => index === 0 || start <= address);
    const dropped = this.files.slice(0, Math.max(0, kept));
    this.#reader.setFiles(this.files.slice(dropped.length));
    return dropped.reduce((freedBytes, { path }) => {
      const { size } = statSync(path);
      rmSync(path);
      return freedBytes + size;
    }, 0);
  }

  /**
   * A file was packed: what was written takes its place. Returns false when the file was dropped meanwhile.
   *
   * @param file as it was, full and committed
   */
  replaceByPacked(file: RecordFile): boolean {
    const packing = recordFilePath(this.#dir, file.start, 'packing');
    if (!this.files.includes(file)) {
      rmSync(packing, { force: true });
      return false;
    }
    const packed = { ...file, path: recordFilePath(this.#dir, file.start, 'packed'), isPacked: true };
    renameSync(packing, packed.path);
    syncFolder(this.#dir);
    this.#reader.setFiles(this.files.map((of) => (of === file ? packed : of)));
    rmSync(file.path);
    return true;
  }

  close(): void {
    if (this.#writing !== undefined) closeSync(this.#writing.fd);
    this.#writing = undefined;
    this.#reader.close();
  }

  #fileFor(address: number, bytes: number): { file: RecordFile; fd: number } {
    const last = this.files.at(-1);
    if (last !== undefined && !last.isPacked && address - last.start < this.#bytesMax(bytes)) {
      this.#writing ??= { file: last, fd: openSync(last.path, 'r+') };
      return this.#writing;
    }
    if (this.#writing !== undefined) closeSync(this.#writing.fd);
    const file = { start: address, path: recordFilePath(this.#dir, address, 'records'), isPacked: false };
    this.#writing = { file, fd: openSync(file.path, 'w+', 0o600) };
    this.#reader.setFiles([...this.files, file]);
    syncFolder(this.#dir);
    return this.#writing;
  }

  /** Files of live events end earlier: only full ones are packed. */
  #bytesMax(appended: number): number {
    return appended <= liveAppendBytesMax ? this.#sizes.liveFileBytesMax : this.#sizes.fileBytesMax;
  }
}

/** What packing was at when it ended, and files of which the packed one is there. */
function removeLeftOvers(dir: string): void {
  const kept = new Set(listRecordFiles(dir).map(({ path }) => path));
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (/^\d{16}\.(records|packing)$/.test(name) && !kept.has(path)) rmSync(path);
  }
}

function truncate(path: string, length: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, length);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
