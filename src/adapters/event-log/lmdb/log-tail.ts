// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord, RecordBundle, StoredEntry } from '../../../ports/event-log.js';
import type { EncodedChange, EncodedEntry } from './entry-codec.js';
import { toPosition } from './log-position.js';

interface TailEntry {
  readonly appendedAtMs: number;
  readonly records: readonly LoggedRecord[];
  readonly bundle: RecordBundle | undefined;
  readonly changes: readonly EncodedChange[];
  readonly bytes: number;
  /** Made when the first reader asks for it; all readers get the same one. */
  stored?: StoredEntry;
}

/**
 * The newest entries, as they were appended. Several readers follow the log closely, and to each of them an entry from the
 * disk would have to be inflated, decoded and parsed anew. It holds durable entries only, and just as they would be read back;
 * what it does not hold is on the disk.
 *
 * Imports are not kept: they are large, and one reader takes them.
 */
export class LogTail {
  readonly #bytesMax: number;
  #entries: (TailEntry | undefined)[] = [];
  /** The number of the first one in the list; places in front of `#start` are given up. */
  #first = 0;
  #start = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Takes what a durable transaction added. @param first the number of the first entry */
  add(first: number, appendedAtMs: number, entries: readonly EncodedEntry[]): void {
    // Numbers have no holes, so this only sets the first one.
    if (this.#entries.length === this.#start) this.#restart(first);
    for (const { records, bundle, changes, bytes } of entries) {
      this.#entries.push(
        records === undefined ? undefined : { appendedAtMs, records, bundle, changes, bytes },
      );
      if (records !== undefined) this.#bytes += bytes;
    }
    while (this.#bytes > this.#bytesMax) this.#dropFirst();
    this.#compact();
  }

  /**
   * The entries numbered above `after`, oldest first; undefined when the first of them is not here. Limits are those of
   * `readEntries`.
   */
  read(after: number, entriesMax: number, bytesMax: number): StoredEntry[] | undefined {
    let at = after + 1 - this.#first;
    if (at < this.#start || this.#entries[at] === undefined) return undefined;
    const found: StoredEntry[] = [];
    for (let bytes = 0; found.length < entriesMax && bytes < bytesMax; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      entry.stored ??= toStored(this.#first + at, entry);
      found.push(entry.stored);
      bytes += entry.bytes;
    }
    return found;
  }

  /** Lets go of what every reader has behind it. */
  dropUpTo(sequence: number): void {
    while (this.#start < this.#entries.length && this.#first + this.#start <= sequence) this.#dropFirst();
    this.#compact();
  }

  #dropFirst(): void {
    const entry = this.#entries[this.#start];
    this.#bytes -= entry?.bytes ?? 0;
    this.#entries[this.#start] = undefined;
    this.#start += 1;
  }

  /** Moves the list now and then, not with every entry. */
  #compact(): void {
    if (this.#start === this.#entries.length) this.#restart(this.#first + this.#start);
    else if (this.#start > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#start);
      this.#first += this.#start;
      this.#start = 0;
    }
  }

  #restart(first: number): void {
    this.#entries = [];
    this.#first = first;
    this.#start = 0;
    this.#bytes = 0;
  }
}

function toStored(sequence: number, { appendedAtMs, records, bundle, changes }: TailEntry): StoredEntry {
  const parsed = changes.map(({ key, json, expected }) => ({
    key,
    value: json === null ? null : (JSON.parse(json) as unknown),
    ...(expected === undefined ? {} : { expected }),
  }));
  return {
    position: toPosition(sequence),
    appendedAtMs,
    entry: { kind: 'call', records, ...(bundle === undefined ? undefined : { bundle }), changes: parsed },
  };
}
