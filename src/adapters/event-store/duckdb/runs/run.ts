// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { PageCache } from './page-cache.js';
import {
  DamagedRunError,
  decodeHeader,
  idBytes,
  pageBytes,
  type RunHeader,
  rowBytes,
  type SectionName,
  termBytes,
} from './run-format.js';

/** Pages of one run in the keys of the shared cache: a run has fewer. */
const pagesPerRunMax = 2 ** 26;
let opened = 0;

/** The rows of one term in a run. */
export interface TermEntry {
  readonly count: number;
  readonly firstRow: number;
  /** Where in `postings` the rows behind the first are, when there are any. */
  readonly at: number;
}

/**
 * A run opened for look-ups. Every page is held against its checksum when it is read; what does not fit is a
 * DamagedRunError, never an answer.
 */
export class Run {
  readonly path: string;
  readonly header: RunHeader;
  readonly #fd: number;
  readonly #cache: PageCache;
  readonly #cacheKey: number;
  readonly #crcs: Uint32Array;
  readonly #termFence: Uint32Array;
  readonly #idFence: Uint32Array;
  /** Whoever reads one value often reads the next one too. */
  #lastNumber = -1;
  #lastPage: Buffer = Buffer.alloc(0);

  /** Throws DamagedRunError. */
  constructor(path: string, cache: PageCache) {
    this.path = path;
    this.#cache = cache;
    this.#cacheKey = opened++ * pagesPerRunMax;
    this.#fd = openSync(path, 'r');
    try {
      this.header = decodeHeader(this.#readAt(0, pageBytes));
      const { at, bytes, crc } = this.header.checksums;
      const sums = this.#readAt(at, bytes);
      if (sums.length !== bytes || crc32(sums) !== crc)
        throw new DamagedRunError(`the checksums of ${path} are damaged`, path);
      this.#crcs = toWords(sums);
      this.#termFence = toWords(this.#readSection('termFence'));
      this.#idFence = toWords(this.#readSection('idFence'));
    } catch (error) {
      closeSync(this.#fd);
      throw error instanceof DamagedRunError
        ? error
        : new DamagedRunError(`${path} cannot be read`, path, { cause: error });
    }
  }

  get rows(): number {
    return this.header.rows;
  }

  eventTimeMs(row: number): number {
    return this.#rowPage(row).readDoubleLE((row * rowBytes) % pageBytes);
  }

  ordinal(row: number): number {
    return this.#rowPage(row).readDoubleLE(((row * rowBytes) % pageBytes) + 8);
  }

  enteredAtMs(row: number): number {
    return this.#rowPage(row).readDoubleLE(((row * rowBytes) % pageBytes) + 16);
  }

  kind(row: number): number {
    return this.#rowPage(row).readUInt32LE(((row * rowBytes) % pageBytes) + 24);
  }

  /** The first row that is not newer than this: older, or of the same time and not behind it in order of arrival. */
  firstRowFrom(timeMs: number, ordinal: number): number {
    let [low, high] = [0, this.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const middleMs = this.eventTimeMs(middle);
      if (middleMs > timeMs || (middleMs === timeMs && this.ordinal(middle) > ordinal)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  term(term: number): TermEntry | undefined {
    const wanted = term >>> 0;
    const { at, bytes } = this.header.sections.terms;
    const page = lastNotAbove(this.#termFence, wanted);
    if (page < 0) return undefined;
    const bytesHere = Math.min(pageBytes, bytes - page * pageBytes);
    const entries = this.page(at / pageBytes + page);
    let [low, high] = [0, bytesHere / termBytes];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entries.readUInt32LE(middle * termBytes) < wanted) low = middle + 1;
      else high = middle;
    }
    const base = low * termBytes;
    if (base >= bytesHere || entries.readUInt32LE(base) !== wanted) return undefined;
    return {
      count: entries.readUInt32LE(base + 4),
      firstRow: entries.readUInt32LE(base + 8),
      at: entries.readUInt32LE(base + 12),
    };
  }

  /** The rows whose event IDs have this hash, ascending: one, nearly always. */
  rowsOfId(hash: number): number[] {
    const { at, bytes } = this.header.sections.ids;
    const rows: number[] = [];
    // Equal hashes may begin on the page before the first that starts with them.
    let page = Math.max(0, firstNotBelow(this.#idFence, hash) - 1);
    for (; page * pageBytes < bytes; page++) {
      if (this.#idFence[page]! > hash) break;
      const bytesHere = Math.min(pageBytes, bytes - page * pageBytes);
      const ids = this.page(at / pageBytes + page);
      let [low, high] = [0, bytesHere / idBytes];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (ids.readUInt32LE(middle * idBytes) < hash) low = middle + 1;
        else high = middle;
      }
      for (let base = low * idBytes; base < bytesHere && ids.readUInt32LE(base) === hash; base += idBytes)
        rows.push(ids.readUInt32LE(base + 4));
    }
    return rows.sort((a, b) => a - b);
  }

  /** A byte range of `postings` is read page by page through this. */
  page(number: number): Buffer {
    if (number !== this.#lastNumber) {
      this.#lastPage = this.#cachedPage(number);
      this.#lastNumber = number;
    }
    return this.#lastPage;
  }

  #cachedPage(number: number): Buffer {
    const key = this.#cacheKey + number;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const page = this.#readPages(number, 1);
    this.#cache.add(key, page);
    return page;
  }

  /** The bytes of a section, piece by piece, past the cache. Throws DamagedRunError. */
  *pieces(name: SectionName, pages = 64): Generator<Buffer> {
    const { at, bytes } = this.header.sections[name];
    for (let done = 0; done < bytes; done += pages * pageBytes) {
      const count = Math.min(pages, Math.ceil((bytes - done) / pageBytes));
      yield this.#readPages((at + done) / pageBytes, count).subarray(0, bytes - done);
    }
  }

  /** Reads everything and holds it against its checksums. Throws DamagedRunError. */
  verify(): void {
    for (const name of Object.keys(this.header.sections) as SectionName[]) for (const _ of this.pieces(name));
  }

  close(): void {
    closeSync(this.#fd);
  }

  #rowPage(row: number): Buffer {
    return this.page(Math.floor((this.header.sections.rows.at + row * rowBytes) / pageBytes));
  }

  #readSection(name: SectionName): Buffer {
    return Buffer.concat([...this.pieces(name)]);
  }

  #readPages(first: number, count: number): Buffer {
    const bytes = this.#readAt(first * pageBytes, count * pageBytes);
    if (bytes.length !== count * pageBytes) throw new DamagedRunError(`${this.path} is cut off`, this.path);
    for (let page = 0; page < count; page++) {
      const sum = this.#crcs[first + page - 1];
      if (sum !== crc32(bytes.subarray(page * pageBytes, (page + 1) * pageBytes)))
        throw new DamagedRunError(`${this.path} is damaged at byte ${(first + page) * pageBytes}`, this.path);
    }
    return bytes;
  }

  #readAt(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, at));
  }
}

function toWords(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(bytes.length / 4);
  bytes.copy(new Uint8Array(words.buffer));
  return words;
}

/** The last index whose value is not above; -1 when all are. */
function lastNotAbove(values: Uint32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function firstNotBelow(values: Uint32Array, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
