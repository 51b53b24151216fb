// SPDX-License-Identifier: Apache-2.0
import { eventDataStoreStream } from '../../event-data-stores/event-data-store.js';
import type { StoreRoute } from '../../event-data-stores/store-fold.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import type { SegmentAppend } from '../../ports/event-segments.js';

interface StoreLines {
  readonly store: StoreRoute;
  readonly lines: Buffer[];
}

/** Records on their way into the segments of their stores. */
export class SegmentBatch {
  #byStore = new Map<string, StoreLines>();
  #bytes = 0;
  #records = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  add(record: LoggedRecord, enteredAtMs: number, stores: readonly StoreRoute[]): void {
    if (stores.length === 0) return;
    const line = toLine(record, enteredAtMs);
    for (const store of stores) {
      const own = this.#byStore.get(store.id);
      if (own === undefined) this.#byStore.set(store.id, { store, lines: [line] });
      else own.lines.push(line);
      this.#records++;
    }
    this.#bytes += line.length;
  }

  appends(): SegmentAppend[] {
    return Array.from(this.#byStore.values(), ({ store, lines }) => ({
      stream: eventDataStoreStream(store.id),
      kind: store.kind,
      lines: { bytes: Buffer.concat(lines), count: lines.length },
    }));
  }

  clear(): void {
    this.#byStore = new Map();
    this.#bytes = 0;
    this.#records = 0;
  }
}

/** One line of `SegmentLines`. Line ends in a record are white space between tokens: strings cannot hold them. */
export function toLine(
  { accountId, region, category, json }: Pick<LoggedRecord, 'accountId' | 'region' | 'category' | 'json'>,
  enteredAtMs: number,
): Buffer {
  const head = `{"account":${JSON.stringify(accountId)},"region":${JSON.stringify(region)},"category":"${category}","entered":${enteredAtMs},"record":`;
  return Buffer.from(`${head}${/[\r\n]/.test(json) ? json.replaceAll(/[\r\n]/g, ' ') : json}}\n`);
}
