// SPDX-License-Identifier: Apache-2.0
import { closeSync, fdatasyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { encodeHeader, pageBytes, type RunHeader, type Section, type SectionName } from './run-format.js';

const bufferPages = 64;

/** Writes a run's file section by section. Nothing is under its name before `finish`. */
export class RunWriter {
  readonly #path: string;
  readonly #fd: number;
  readonly #sections = {} as Record<SectionName, Section>;
  #crcs = new Uint32Array(1024);
  #pages = 0;
  #buffer = Buffer.alloc(bufferPages * pageBytes);
  #filled = 0;
  /** Where the buffer goes. */
  #at = pageBytes;
  #sectionStart = pageBytes;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(`${path}.new`, 'w', 0o600);
  }

  /** Bytes of the section so far. */
  get sectionBytes(): number {
    return this.#at + this.#filled - this.#sectionStart;
  }

  u32(value: number): void {
    this.#makeRoom(4);
    this.#filled = this.#buffer.writeUInt32LE(value >>> 0, this.#filled);
  }

  double(value: number): void {
    this.#makeRoom(8);
    this.#filled = this.#buffer.writeDoubleLE(value, this.#filled);
  }

  bytes(bytes: Uint8Array, length = bytes.length): void {
    for (let done = 0; done < length; ) {
      this.#makeRoom(1);
      const count = Math.min(length - done, this.#buffer.length - this.#filled);
      this.#buffer.set(bytes.subarray(done, done + count), this.#filled);
      this.#filled += count;
      done += count;
    }
  }

  /** Ends the section: the next begins at a page. */
  endSection(name: SectionName): void {
    this.#sections[name] = { at: this.#sectionStart, bytes: this.sectionBytes };
    const used = this.#filled % pageBytes;
    if (used > 0) {
      this.#buffer.fill(0, this.#filled, this.#filled + pageBytes - used);
      this.#filled += pageBytes - used;
    }
    this.#flush();
    this.#sectionStart = this.#at;
  }

  finish(facts: Omit<RunHeader, 'sections' | 'checksums'>): void {
    const sums = Buffer.from(this.#crcs.buffer, 0, this.#pages * 4);
    writeWhole(this.#fd, sums, this.#at);
    const checksums = { at: this.#at, bytes: sums.length, crc: crc32(sums) };
    writeWhole(this.#fd, encodeHeader({ ...facts, sections: this.#sections, checksums }), 0);
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(`${this.#path}.new`, this.#path);
  }

  abandon(): void {
    closeSync(this.#fd);
    rmSync(`${this.#path}.new`, { force: true });
  }

  #makeRoom(bytes: number): void {
    if (this.#filled + bytes > this.#buffer.length) this.#flush();
  }

  /** Only whole pages go out: the buffer is a multiple of them, and so is every value's alignment. */
  #flush(): void {
    for (let page = 0; page < this.#filled; page += pageBytes) {
      if (this.#pages === this.#crcs.length) {
        const larger = new Uint32Array(this.#crcs.length * 2);
        larger.set(this.#crcs);
        this.#crcs = larger;
      }
      this.#crcs[this.#pages++] = crc32(this.#buffer.subarray(page, page + pageBytes));
    }
    writeWhole(this.#fd, this.#buffer.subarray(0, this.#filled), this.#at);
    this.#at += this.#filled;
    this.#filled = 0;
  }
}

function writeWhole(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}
