// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync } from 'node:fs';
import { PackedBlock } from './packing/packed-block.js';
import { PackedDirectory } from './packing/packed-file.js';
import {
  blockHeaderBytes,
  blockShape,
  DamagedBlockError,
  type ReadableBlock,
  RecordBlock,
} from './record-block.js';
import { fileAt, type RecordFile } from './record-file-list.js';
import { openRecordFilesMax } from './store-limits.js';

/** One read of this size holds nearly every block whole. */
const firstReadBytes = 12 * 1024;

/** What the blocks behind an address hold, up to the next address that a block has. */
export interface Stretch {
  readonly records: number;
  readonly textBytes: number;
  readonly next: number;
}

interface OpenFile {
  readonly fd: number;
  /** Of a packed file. */
  readonly directory: PackedDirectory | undefined;
}

/** Reads the blocks of record files by address. It never writes, so that several threads may have one each. */
export class RecordReader {
  readonly #blocksMax: number;
  #files: readonly RecordFile[];
  readonly #open = new Map<string, OpenFile>();
  /** By address; packed blocks by that of their first byte, counted as if their file were not packed. */
  readonly #blocks = new Map<number, RecordBlock | PackedBlock>();

  /** @param blocksMax blocks kept for the next pages */
  constructor(files: readonly RecordFile[], blocksMax: number) {
    this.#files = files;
    this.#blocksMax = blocksMax;
  }

  get files(): readonly RecordFile[] {
    return this.#files;
  }

  /** From now on there are these files. What is in them is the same where their addresses are. */
  setFiles(files: readonly RecordFile[]): void {
    const kept = new Set(files.map(({ path }) => path));
    for (const { path, start } of this.#files) {
      if (kept.has(path)) continue;
      this.#close(path);
      const behind = files.find((file) => file.start > start)?.start ?? Number.POSITIVE_INFINITY;
      for (const address of this.#blocks.keys())
        if (address >= start && address < behind) this.#blocks.delete(address);
    }
    this.#files = files;
  }

  /** Whether a block is in memory. */
  has(address: number): boolean {
    const file = fileAt(this.#files, address);
    if (file?.isPacked !== true) return this.#blocks.has(address);
    const open = this.#open.get(file.path);
    return (
      open !== undefined &&
      this.#blocks.has(file.start + (open.directory!.offsetOf(address - file.start) ?? -1))
    );
  }

  /** The block at an address, kept for later. Throws DamagedBlockError; undefined where there is no file any more. */
  read(address: number): ReadableBlock | undefined {
    return this.#read(address, true);
  }

  /** As `read`, for whoever goes over many blocks once: those in memory stay there. */
  open(address: number): ReadableBlock | undefined {
    return this.#read(address, false);
  }

  /** Throws DamagedBlockError; undefined where there is no file any more. */
  stretchAt(address: number): Stretch | undefined {
    const file = fileAt(this.#files, address);
    if (file === undefined) return undefined;
    const { fd, directory } = this.#openFile(file);
    if (directory === undefined) {
      const { records, textBytes, blockBytes } = blockShape(
        readAt(fd, address - file.start, blockHeaderBytes),
      );
      return { records, textBytes, next: address + blockBytes };
    }
    const offset = directory.offsetOf(address - file.start);
    const next = directory.nextFrom(address - file.start);
    const behind = this.#files[this.#files.indexOf(file) + 1]?.start ?? Number.POSITIVE_INFINITY;
    const { records, textBytes } = blockShape(readAt(fd, offset ?? 0, blockHeaderBytes));
    return { records, textBytes, next: next === undefined ? behind : file.start + next };
  }

  close(): void {
    for (const path of [...this.#open.keys()]) this.#close(path);
    this.#blocks.clear();
  }

  #read(address: number, isKept: boolean): ReadableBlock | undefined {
    const file = fileAt(this.#files, address);
    if (file === undefined) return undefined;
    if (!file.isPacked) {
      const block = this.#block(address, isKept, () => this.#readBlock(file, address - file.start));
      return block as RecordBlock;
    }
    const offset = this.#openFile(file).directory!.offsetOf(address - file.start);
    if (offset === undefined) throw new DamagedBlockError(`${file.path} has no block for ${address}`);
    // Kept in any case: the next addresses are in it too.
    const block = this.#block(file.start + offset, true, () => this.#readBlock(file, offset));
    return (block as PackedBlock).part(address - file.start);
  }

  #block(key: number, isKept: boolean, read: () => RecordBlock | PackedBlock): RecordBlock | PackedBlock {
    const known = this.#blocks.get(key);
    const block = known ?? read();
    if (known !== undefined) this.#blocks.delete(key);
    else if (!isKept) return block;
    else if (this.#blocks.size >= this.#blocksMax) this.#blocks.delete(this.#blocks.keys().next().value!);
    this.#blocks.set(key, block);
    return block;
  }

  #readBlock(file: RecordFile, offset: number): RecordBlock | PackedBlock {
    try {
      const { fd } = this.#openFile(file);
      let bytes = readAt(fd, offset, firstReadBytes);
      const length = blockShape(bytes).blockBytes;
      if (length > bytes.length) bytes = readAt(fd, offset, length);
      const block = bytes.subarray(0, length);
      return file.isPacked ? new PackedBlock(block) : new RecordBlock(block);
    } catch (cause) {
      if (!(cause instanceof DamagedBlockError)) throw cause;
      throw new DamagedBlockError(`${file.path} is damaged at byte ${offset}`, { cause });
    }
  }

  #openFile({ path, isPacked }: RecordFile): OpenFile {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    if (this.#open.size >= openRecordFilesMax) this.#close(this.#open.keys().next().value!);
    const fd = openSync(path, 'r');
    const opened = { fd, directory: isPacked ? PackedDirectory.read(fd) : undefined };
    this.#open.set(path, opened);
    return opened;
  }

  #close(path: string): void {
    const open = this.#open.get(path);
    if (open === undefined) return;
    closeSync(open.fd);
    this.#open.delete(path);
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}
