// SPDX-License-Identifier: Apache-2.0
import type { Position } from '../../../ports/event-log.js';
import type { ReadAhead } from '../../../ports/event-store.js';
import type { ArrivedEntry } from './parse-entries.js';
import { ParsePool } from './parse-pool.js';
import type { ParsedBatch } from './parsed-batch.js';
import { ReadAheadFiles } from './read-ahead-files.js';

export interface PlacedEntry extends ArrivedEntry {
  readonly position: Position;
}

/** Makes columns of entries: of those that came, and of files whose import is still to come. */
export class EntryParser {
  readonly #pool: ParsePool;
  readonly #readAhead = new ReadAheadFiles();

  constructor(hashSeed: number) {
    this.#pool = new ParsePool(hashSeed);
  }

  /** Parses a file whose import is still to come. Takes the buffer of its bytes over. Rejects with LogFileError. */
  async readAhead(file: Uint8Array): Promise<ReadAhead> {
    const name = ReadAheadFiles.nameOf(file);
    const { summary, batch } = await this.#pool.parseAhead(file);
    if (summary.rejectedCount === 0 && summary.recordCount > 0) this.#readAhead.keep(name, batch);
    return summary;
  }

  /** The batches of the entries in their order: those read ahead as they are, what stands between them parsed now. */
  async parse(entries: readonly PlacedEntry[]): Promise<ParsedBatch[]> {
    const parts: Promise<ParsedBatch[]>[] = [];
    let unread: PlacedEntry[] = [];
    const parseUnread = (): void => {
      if (unread.length > 0) parts.push(this.#pool.parse(unread));
      unread = [];
    };
    for (const placed of entries) {
      const { entry, enteredAtMs } = placed;
      const batch = entry.kind === 'import' ? this.#readAhead.take(entry, enteredAtMs) : undefined;
      if (batch === undefined) {
        unread.push(placed);
      } else {
        parseUnread();
        parts.push(Promise.resolve([batch]));
      }
    }
    parseUnread();
    return (await Promise.all(parts)).flat();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
