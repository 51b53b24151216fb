// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { ImportEntry } from '../../../ports/event-log.js';
import { ownedBy, type ParsedBatch } from './parsed-batch.js';
import { readAheadBytesMax } from './store-limits.js';

interface Kept {
  readonly batch: ParsedBatch;
  readonly bytes: number;
}

/**
 * Files that were parsed before their import, until the log brings them. Known by a digest of their bytes, so that
 * what is kept can only ever stand for the very same file. Bounded: the oldest are forgotten, and parsed again later.
 */
export class ReadAheadFiles {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** The digest under which a file is kept. */
  static nameOf(file: Uint8Array): string {
    return hash('sha256', file);
  }

  keep(name: string, batch: ParsedBatch): void {
    this.#forget(name);
    const bytes = bytesOf(batch);
    if (bytes > readAheadBytesMax) return;
    this.#kept.set(name, { batch, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= readAheadBytesMax) break;
      this.#forget(oldest);
    }
  }

  /** The parsed events of an import entry, once; undefined when its file was not read ahead. */
  take(entry: ImportEntry, enteredAtMs: number): ParsedBatch | undefined {
    if (this.#kept.size === 0 || !entry.gzip) return undefined;
    const name = ReadAheadFiles.nameOf(entry.bytes);
    const kept = this.#kept.get(name);
    if (kept === undefined) return undefined;
    this.#forget(name);
    return ownedBy(kept.batch, { accountId: entry.accountId, enteredAtMs });
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0;
    this.#kept.delete(name);
  }
}

function bytesOf(batch: ParsedBatch): number {
  return Object.values(batch).reduce<number>(
    (sum, value) => sum + (ArrayBuffer.isView(value) ? value.buffer.byteLength : 0),
    0,
  );
}
