// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  write,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type BlockShape,
  blockBytes,
  blockHeaderBytes,
  blockShape,
  DamagedBlockError,
  RecordBlock,
} from './record-block.js';
import { blockCacheBlocksMax, openRecordFilesMax, recordFileBytesMax } from './store-limits.js';

const writeAsync = promisify(write);
const fdatasyncAsync = promisify(fdatasync);

/** One read of this size holds nearly every block whole. */
const firstReadBytes = 16 * 1024;

/** The files of blocks do not hold what the index says they hold. */
export class RecordFilesError extends Error {
  override readonly name = 'RecordFilesError';
}

export interface RecordFile {
  /** The address of the file's first byte. */
  readonly start: number;
  readonly path: string;
}

/**
 * The texts of all records, as compressed blocks in append-only files beside the index. An address counts all block
 * bytes ever written; a file is named after the address where it begins.
 *
 * Invariants:
 * - The index says where the good bytes end. What is behind that was never committed and is cut at opening.
 * - Bytes are written and synced before the index commits to them, and never change afterwards.
 */
export class RecordFiles {
  readonly #dir: string;
  readonly #fileBytesMax: number;
  #files: RecordFile[];
  /** Behind the last committed byte. */
  #end: number;
  #writing: { readonly file: RecordFile; readonly fd: number } | undefined;
  readonly #reading = new Map<number, number>();
  readonly #opened = new Map<number, RecordBlock>();

  private constructor(dir: string, files: RecordFile[], end: number, fileBytesMax: number) {
    this.#dir = dir;
    this.#fileBytesMax = fileBytesMax;
    this.#files = files;
    this.#end = end;
  }

  /** Opens the files whose good bytes end at `end`. Returns too how many bytes of an unfinished write were cut. */
  static open(
    dir: string,
    end: number,
    fileBytesMax = recordFileBytesMax,
  ): { files: RecordFiles; cutBytes: number } {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const found = listRecordFiles(dir);
    const kept = found.filter(({ start }) => start < end);
    let cutBytes = 0;
    for (const { path } of found.slice(kept.length)) {
      cutBytes += statSync(path).size;
      rmSync(path);
    }
    if (end > 0 && kept.length === 0)
      throw new RecordFilesError(`${dir} is empty, but ${end} bytes were committed`);
    for (const [index, { path, start }] of kept.entries()) {
      const goodBytes = (kept[index + 1]?.start ?? end) - start;
      const { size } = statSync(path);
      if (size < goodBytes)
        throw new RecordFilesError(`${path} has ${size} bytes, but ${goodBytes} were committed`);
      if (size > goodBytes) truncate(path, goodBytes);
      cutBytes += size - goodBytes;
    }
    return { files: new RecordFiles(dir, kept, end, fileBytesMax), cutBytes };
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
    const { file, fd } = this.#fileFor(address);
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

  /** Opens the block at an address. Throws DamagedBlockError; undefined where the file was dropped meanwhile. */
  read(address: number): RecordBlock | undefined {
    const cached = this.#opened.get(address);
    if (cached !== undefined) {
      this.#opened.delete(address);
      this.#opened.set(address, cached);
      return cached;
    }
    const block = this.open(address);
    if (block === undefined) return undefined;
    if (this.#opened.size >= blockCacheBlocksMax) this.#opened.delete(this.#opened.keys().next().value!);
    this.#opened.set(address, block);
    return block;
  }

  /** Where the oldest block is that there still is. */
  get start(): number {
    return this.#files[0]?.start ?? this.#end;
  }

  /** What the header at an address says; undefined where the file was dropped meanwhile. Throws DamagedBlockError. */
  shapeAt(address: number): BlockShape | undefined {
    const file = this.#fileOf(address);
    if (file === undefined) return undefined;
    return blockShape(readAt(this.#readingFd(file), address - file.start, blockHeaderBytes));
  }

  /** As `read`, past the cache: for whoever goes over many blocks once. */
  open(address: number): RecordBlock | undefined {
    const file = this.#fileOf(address);
    return file && readBlock(this.#readingFd(file), address - file.start, file.path);
  }

  /** Removes the files that lie wholly before an address. Returns how many bytes that freed. */
  dropBefore(address: number): number {
    let freedBytes = 0;
    while (this.#files.length > 1 && this.#files[1]!.start <= address) {
      const file = this.#files.shift()!;
      this.#closeReading(file.start);
      freedBytes += statSync(file.path).size;
      rmSync(file.path);
    }
    for (const opened of this.#opened.keys()) if (opened < address) this.#opened.delete(opened);
    return freedBytes;
  }

  close(): void {
    if (this.#writing !== undefined) closeSync(this.#writing.fd);
    this.#writing = undefined;
    for (const fd of this.#reading.values()) closeSync(fd);
    this.#reading.clear();
    this.#opened.clear();
  }

  #fileFor(address: number): { file: RecordFile; fd: number } {
    const last = this.#files.at(-1);
    if (last !== undefined && address - last.start < this.#fileBytesMax) {
      this.#writing ??= { file: last, fd: openSync(last.path, 'r+') };
      return this.#writing;
    }
    if (this.#writing !== undefined) closeSync(this.#writing.fd);
    const file = { start: address, path: join(this.#dir, `${String(address).padStart(16, '0')}.records`) };
    this.#writing = { file, fd: openSync(file.path, 'w+', 0o600) };
    this.#files.push(file);
    syncFolder(this.#dir);
    return this.#writing;
  }

  #fileOf(address: number): RecordFile | undefined {
    return this.#files.findLast(({ start }) => start <= address);
  }

  #readingFd(file: RecordFile): number {
    const open = this.#reading.get(file.start);
    if (open !== undefined) return open;
    if (this.#reading.size >= openRecordFilesMax) this.#closeReading(this.#reading.keys().next().value!);
    const fd = openSync(file.path, 'r');
    this.#reading.set(file.start, fd);
    return fd;
  }

  #closeReading(start: number): void {
    const fd = this.#reading.get(start);
    if (fd === undefined) return;
    closeSync(fd);
    this.#reading.delete(start);
  }
}

/** Bytes of all files of blocks in a folder. */
export function recordFilesBytes(dir: string): number {
  if (!existsSync(dir)) return 0;
  return listRecordFiles(dir).reduce((sum, { path }) => sum + statSync(path).size, 0);
}

/** The files of blocks in a folder, in the order of their addresses. */
export function listRecordFiles(dir: string): RecordFile[] {
  return readdirSync(dir)
    .filter((name) => /^\d{16}\.records$/.test(name))
    .sort()
    .map((name) => ({ start: Number(name.slice(0, 16)), path: join(dir, name) }));
}

function readBlock(fd: number, offset: number, path: string): RecordBlock {
  try {
    let bytes = readAt(fd, offset, firstReadBytes);
    const length = blockBytes(bytes.subarray(0, blockHeaderBytes));
    if (length > bytes.length) bytes = readAt(fd, offset, length);
    return new RecordBlock(bytes.subarray(0, length));
  } catch (cause) {
    throw new DamagedBlockError(`${path} is damaged at byte ${offset}`, { cause });
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
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
