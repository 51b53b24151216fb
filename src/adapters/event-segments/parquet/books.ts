// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { SealedSegmentKey, SegmentKind } from '../../../ports/event-segments.js';
import { booksBytesMin, booksGrowthMax } from './segment-limits.js';
import { syncFolderSync } from './sync-folder.js';

/** A file as the books know it. Never changed; its name is never used again. */
export interface BookedFile {
  /** `00000012-5f3a9c01.parquet`: a number, and the opening of the folder that gave it. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Bounds of when its records happened and entered, ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly enteredFromMs: number;
  readonly enteredToMs: number;
  /** `segmentLayout` of the release that made it; absent in those before there was a number. */
  readonly layout?: number;
  /** Of an encrypted file. */
  readonly key?: SealedSegmentKey;
  /** Its events may be in other files too: the keys of those could not be had when it was written. */
  readonly mayRepeat?: true;
}

export interface BookedStream {
  readonly kind: SegmentKind;
  readonly files: readonly BookedFile[];
}

/** One step of the books: all of it holds, or nothing. */
export interface BookChange {
  readonly cursor?: readonly [reader: string, cursor: string];
  readonly add?: readonly {
    readonly stream: string;
    readonly kind: SegmentKind;
    readonly file: BookedFile;
  }[];
  readonly remove?: readonly { readonly stream: string; readonly name: string }[];
  readonly end?: readonly string[];
}

interface WholeBooks {
  readonly version: 1;
  readonly cursors: Readonly<Record<string, string>>;
  readonly streams: Readonly<Record<string, BookedStream>>;
}

/** Books that do not hold what was written: nothing that they name may be trusted or removed. */
export class SegmentBooksError extends Error {
  override readonly name = 'SegmentBooksError';
}

/**
 * Which files there are, and how far readers have come.
 *
 * A file of lines: the first one says everything as it was, each other one is a change, fsynced before it counts. A line
 * begins with the CRC of its text, so a last line that a crash has cut is known, and left out. Damage anywhere else is
 * told, not repaired. When changes outgrow what they say, the file is replaced whole.
 */
export class Books {
  readonly #path: string;
  readonly #cursors = new Map<string, string>();
  readonly #streams = new Map<
    string,
    { readonly kind: SegmentKind; readonly files: Map<string, BookedFile> }
  >();
  #file = -1;
  #wholeBytes = 0;
  #bytes = 0;
  #mayBeTorn = false;

  constructor(path: string) {
    this.#path = path;
    if (existsSync(path)) this.#read();
    else this.#rewrite();
  }

  cursor(reader: string): string | undefined {
    return this.#cursors.get(reader);
  }

  stream(name: string): BookedStream | undefined {
    const stream = this.#streams.get(name);
    return stream && { kind: stream.kind, files: [...stream.files.values()] };
  }

  streams(): string[] {
    return [...this.#streams.keys()];
  }

  has(stream: string, name: string): boolean {
    return this.#streams.get(stream)?.files.has(name) ?? false;
  }

  /**
   * Whether the change that `write` last threw for may be found in the file by the next start: it could not be taken back. What it names
   * must stay then.
   */
  get mayBeTorn(): boolean {
    return this.#mayBeTorn;
  }

  /**
   * Durable when it resolves, and seen from then on. Rejects, with nothing changed, when it cannot be. One change at a time: the next
   * one is written behind it. Queries have changes made every second, and calls are recorded while the disk takes its time.
   */
  async write(change: BookChange): Promise<void> {
    if (this.#mayBeTorn) this.#takeBack();
    if (this.#bytes > booksBytesMin && this.#bytes > booksGrowthMax * this.#wholeBytes) this.#rewrite();
    const line = toLine(JSON.stringify(change));
    try {
      writeWhole(this.#file, line, this.#bytes);
      await syncFile(this.#file);
    } catch (error) {
      this.#mayBeTorn = true;
      try {
        this.#takeBack();
      } catch {
        // The first error is the one to tell; the next change tries again.
      }
      throw error;
    }
    this.#bytes += line.length;
    this.#apply(change);
  }

  /** What was written of a change that failed must not stand before the next one, nor come back with a crash. */
  #takeBack(): void {
    ftruncateSync(this.#file, this.#bytes);
    fsyncSync(this.#file);
    this.#mayBeTorn = false;
  }

  close(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }

  #apply({ cursor, add = [], remove = [], end = [] }: BookChange): void {
    if (cursor !== undefined) this.#cursors.set(...cursor);
    for (const { stream, name } of remove) this.#streams.get(stream)?.files.delete(name);
    for (const { stream, kind, file } of add) {
      const known = this.#streams.get(stream) ?? { kind, files: new Map() };
      this.#streams.set(stream, known);
      known.files.set(file.name, file);
    }
    for (const stream of end) this.#streams.delete(stream);
  }

  #read(): void {
    const bytes = readFileSync(this.#path);
    let at = 0;
    for (let isFirst = true; at < bytes.length; isFirst = false) {
      const end = bytes.indexOf(0x0a, at);
      const text = end < 0 ? undefined : fromLine(bytes.toString('utf8', at, end));
      if (text === undefined) {
        const isCutOff = !isFirst && (end < 0 || end === bytes.length - 1);
        if (isCutOff) break;
        throw new SegmentBooksError(`${this.#path} is damaged: a line does not hold what was written`);
      }
      if (isFirst) this.#load(JSON.parse(text) as WholeBooks, end + 1);
      else this.#apply(JSON.parse(text) as BookChange);
      at = end + 1;
    }
    if (this.#wholeBytes === 0) throw new SegmentBooksError(`${this.#path} is damaged: it is empty`);
    this.#file = openSync(this.#path, 'r+');
    ftruncateSync(this.#file, at);
    this.#bytes = at;
  }

  #load({ version, cursors, streams }: WholeBooks, bytes: number): void {
    if (version !== 1)
      throw new SegmentBooksError(
        `${this.#path} has version ${String(version)}: it was written by a newer Cairn`,
      );
    for (const [reader, cursor] of Object.entries(cursors)) this.#cursors.set(reader, cursor);
    for (const [name, { kind, files }] of Object.entries(streams))
      this.#streams.set(name, { kind, files: new Map(files.map((file) => [file.name, file])) });
    this.#wholeBytes = bytes;
  }

  #rewrite(): void {
    const whole: WholeBooks = {
      version: 1,
      cursors: Object.fromEntries(this.#cursors),
      streams: Object.fromEntries(this.streams().map((name) => [name, this.stream(name) as BookedStream])),
    };
    const line = toLine(JSON.stringify(whole));
    const temporary = `${this.#path}.tmp`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeWhole(file, line, 0);
      fsyncSync(file);
      renameSync(temporary, this.#path);
      syncFolderSync(dirname(this.#path));
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.close();
    this.#file = file;
    this.#bytes = line.length;
    this.#wholeBytes = line.length;
  }
}

function toLine(text: string): Buffer {
  return Buffer.from(`${crcOf(text)} ${text}\n`);
}

function fromLine(line: string): string | undefined {
  const text = line.slice(9);
  return line.slice(0, 9) === `${crcOf(text)} ` ? text : undefined;
}

function crcOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Not promisified: tests have the disk fail. */
function syncFile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function writeWhole(file: number, bytes: Buffer, at: number): void {
  let written = 0;
  while (written < bytes.length)
    written += writeSync(file, bytes, written, bytes.length - written, at + written);
}
