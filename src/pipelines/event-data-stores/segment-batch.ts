// SPDX-License-Identifier: Apache-2.0
import { eventDataStoreStream } from '../../event-data-stores/event-data-store.js';
import { type StoreRoute, sealingOf } from '../../event-data-stores/store-fold.js';
import type { LoggedRecord, RecordBundle } from '../../ports/event-log.js';
import type { SegmentAppend } from '../../ports/event-segments.js';
import { type EventContext, narrowedContext, withEventContext } from '../../record/event-context.js';
import { CountedBatch } from './counted-batch.js';
import { LineBuffer } from './line-buffer.js';

interface StoreLines {
  /** As it is for the newest line: a KMS key that it got meanwhile is for all of them. */
  store: StoreRoute;
  readonly lines: LineBuffer;
}

/** Records on their way into the segments of their stores. */
export class SegmentBatch extends CountedBatch {
  #byStore = new Map<string, StoreLines>();

  add(record: LoggedRecord, enteredAtMs: number, stores: readonly StoreRoute[]): void {
    if (stores.length === 0) return;
    const plain = lineParts(record, enteredAtMs);
    for (const store of stores) {
      const line = isPlain(record, store) ? plain : lineParts(enrichedFor(record, store), enteredAtMs);
      this.count(this.#linesOf(store).add(line), 1);
    }
  }

  /** Records for these stores alone, by ids: they are neither enriched nor large. */
  addBundle(bundle: RecordBundle, enteredAtMs: number, stores: readonly StoreRoute[]): void {
    if (stores.length === 0) return;
    const lines = bundleLines(bundle, enteredAtMs);
    const { length } = bundle.textBytes;
    for (const store of stores) {
      this.#linesOf(store).addWhole(lines, length);
      this.count(lines.length, length);
    }
  }

  #linesOf(store: StoreRoute): LineBuffer {
    const own = this.#byStore.get(store.id);
    if (own !== undefined) {
      own.store = store;
      return own.lines;
    }
    const lines = new LineBuffer();
    this.#byStore.set(store.id, { store, lines });
    return lines;
  }

  appends(): SegmentAppend[] {
    return Array.from(this.#byStore.values(), ({ store, lines }) => ({
      stream: eventDataStoreStream(store.id),
      kind: store.kind,
      lines: { bytes: lines.joined(), count: lines.count },
      ...sealingOf(store),
    }));
  }

  override clear(): void {
    super.clear();
    this.#byStore = new Map();
  }
}

function isPlain({ eventContext, largeJson }: LoggedRecord, { contextKeys, isLarge }: StoreRoute): boolean {
  return (
    (largeJson === undefined || isLarge !== true) && (eventContext === undefined || contextKeys === undefined)
  );
}

/** A store's own copy: as large as it takes them, with the context that it asks for. */
function enrichedFor(record: LoggedRecord, { contextKeys, isLarge }: StoreRoute): LoggedRecord {
  const { eventContext, largeJson } = record;
  const json = isLarge === true ? (largeJson ?? record.json) : record.json;
  if (eventContext === undefined || contextKeys === undefined) return { ...record, json };
  const context = narrowedContext(JSON.parse(eventContext) as EventContext, contextKeys);
  return { ...record, json: withEventContext(json, context) };
}

/** One line of `SegmentLines`. Line ends in a record are white space between tokens: strings cannot hold them. */
function lineParts(
  { accountId, region, category, json }: Pick<LoggedRecord, 'accountId' | 'region' | 'category' | 'json'>,
  enteredAtMs: number,
): readonly string[] {
  const head = lineHead({ accountId, region, category }, enteredAtMs);
  const hasLineEnds = json.includes('\n') || json.includes('\r');
  return [head, hasLineEnds ? json.replaceAll(/[\r\n]/g, ' ') : json, lineTail];
}

export function toLine(...line: Parameters<typeof lineParts>): Buffer {
  return Buffer.from(lineParts(...line).join(''));
}

const lineTail = '}\n';
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

function lineHead(
  { accountId, region, category }: Pick<LoggedRecord, 'accountId' | 'region' | 'category'>,
  enteredAtMs: number,
): string {
  return `{"account":${JSON.stringify(accountId)},"region":${JSON.stringify(region)},"category":"${category}","entered":${enteredAtMs},"record":`;
}

/** The lines of all of a bundle's records; its texts never become strings. */
function bundleLines(bundle: RecordBundle, enteredAtMs: number): Buffer {
  const head = Buffer.from(lineHead(bundle, enteredAtMs));
  const { textBytes } = bundle;
  const texts = onOneLine(bundle.texts);
  const lines = Buffer.allocUnsafe(texts.length + textBytes.length * (head.length + lineTail.length));
  let from = 0;
  let at = 0;
  for (const length of textBytes) {
    at += head.copy(lines, at);
    at += texts.copy(lines, at, from, from + length);
    at += lines.write(lineTail, at, 'latin1');
    from += length;
  }
  return lines;
}

function onOneLine(texts: Uint8Array): Buffer {
  const bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.length);
  if (!bytes.includes(lineFeed) && !bytes.includes(carriageReturn)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === lineFeed || byte === carriageReturn ? space : byte)));
}
