// SPDX-License-Identifier: Apache-2.0
import { LogEventStoreFullError, type WriterMark } from '../../../ports/log-event-store.js';
import { type GroupTransaction, JobRefused } from '../../lmdb/group-commit.js';
import {
  chunkKeyBehind,
  chunkKeyFrom,
  decodeStreamChunkKey,
  encodeGroupChunkKey,
  encodeStreamChunkKey,
  numberMax,
} from './chunk-key.js';
import { type EncodedChunk, readChunkHead } from './chunk-value.js';
import { removalStepChunksMax } from './store-limits.js';
import {
  type GroupRow,
  readRow,
  type StoreTables,
  type StreamRow,
  streamKey,
  writeRow,
} from './store-tables.js';

export interface EncodedBatch {
  readonly groupId: string;
  readonly streamId: string;
  readonly chunks: readonly EncodedChunk[];
}

export interface EncodedAppend {
  readonly batches: readonly EncodedBatch[];
  readonly bytes: number;
  readonly ingestedAtMs: number;
  readonly writer: string | undefined;
  readonly mark: WriterMark | undefined;
}

export interface StoreTransactionHooks {
  readonly diskFreeBytesMin: number;
  readonly diskFreeBytes: () => number;
}

const counterKey = Buffer.from('counter');
const nothing = Buffer.from([0]);

/** One group of appends and removals inside one LMDB transaction. Refusals (JobRefused) come before anything is written. */
export class StoreTransaction implements GroupTransaction {
  readonly #tables: StoreTables;
  readonly #hooks: StoreTransactionHooks;
  #counter: number | undefined;
  #bytesAdded = 0;
  #diskFreeBytes: number | undefined;

  constructor(tables: StoreTables, hooks: StoreTransactionHooks) {
    this.#tables = tables;
    this.#hooks = hooks;
  }

  /** False when the writer's mark is behind this one already. */
  append({ batches, bytes, ingestedAtMs, writer, mark }: EncodedAppend): boolean {
    if (writer !== undefined && mark !== undefined) {
      const known = readRow<WriterMark>(this.#tables.marks, Buffer.from(writer));
      if (known !== undefined && mark.key <= known.key) return false;
    }
    this.#checkRoom(bytes);
    for (const batch of batches) this.#addBatch(batch, ingestedAtMs);
    if (writer !== undefined && mark !== undefined) this.saveMark(writer, mark);
    return true;
  }

  saveMark(writer: string, mark: WriterMark | null): void {
    const key = Buffer.from(writer);
    if (mark === null) this.#tables.marks.removeSync(key);
    else writeRow(this.#tables.marks, key, mark);
  }

  /**
   * Removes some chunks of a stream that end before `beforeMs`, the oldest first. True when there may be more.
   * A chunk that began long before and ends later hides nobody behind it: chunks are looked at up to the time itself.
   */
  removeStep(groupId: string, streamId: string, beforeMs: number): boolean {
    const { streamChunks, streams } = this.#tables;
    const row = readRow<StreamRow>(streams, streamKey(groupId, streamId));
    if (row === undefined) return false;
    const range = { start: chunkKeyFrom(row.number, 0), end: chunkKeyBehind(row.number, beforeMs - 1) };
    const keys: Buffer[] = [];
    for (const key of streamChunks.getKeys(range)) {
      if (decodeStreamChunkKey(key).toMs < beforeMs) keys.push(Buffer.from(key));
      if (keys.length === removalStepChunksMax) break;
    }
    if (keys.length > 0) this.#removeChunks(groupId, streamId, row, keys);
    return keys.length === removalStepChunksMax;
  }

  /** Once its chunks are gone. */
  removeStream(groupId: string, streamId: string): void {
    this.#tables.streams.removeSync(streamKey(groupId, streamId));
  }

  removeGroup(groupId: string): void {
    this.#tables.groups.removeSync(Buffer.from(groupId));
  }

  seal(): void {
    if (this.#counter !== undefined)
      this.#tables.meta.putSync(counterKey, Buffer.from(String(this.#counter)));
  }

  committed(): void {}

  announce(): void {}

  #addBatch({ groupId, streamId, chunks }: EncodedBatch, ingestedAtMs: number): void {
    const { groups, streams, streamChunks, groupChunks } = this.#tables;
    const groupKey = Buffer.from(groupId);
    const rowKey = streamKey(groupId, streamId);
    let group = readRow<GroupRow>(groups, groupKey) ?? { number: this.#next(), spanMaxMs: 0, bytes: 0 };
    let stream = readRow<StreamRow>(streams, rowKey) ?? { ...emptyStream, number: this.#next() };
    for (const { value, fromMs, toMs, eventCount, bytes } of chunks) {
      const ref = { stream: stream.number, fromMs, toMs, sequence: this.#next() };
      streamChunks.putSync(encodeStreamChunkKey(ref), value);
      groupChunks.putSync(encodeGroupChunkKey(group.number, ref), nothing);
      const spanMs = toMs - fromMs;
      group = { ...group, spanMaxMs: Math.max(group.spanMaxMs, spanMs), bytes: group.bytes + bytes };
      stream = {
        number: stream.number,
        spanMaxMs: Math.max(stream.spanMaxMs, spanMs),
        bytes: stream.bytes + bytes,
        eventCount: stream.eventCount + eventCount,
        lastEventMs: Math.max(stream.lastEventMs, toMs),
        lastIngestedMs: Math.max(stream.lastIngestedMs, ingestedAtMs),
      };
    }
    writeRow(groups, groupKey, group);
    writeRow(streams, rowKey, stream);
  }

  #removeChunks(groupId: string, streamId: string, row: StreamRow, keys: readonly Buffer[]): void {
    const { groups, streams, streamChunks, groupChunks } = this.#tables;
    const group = readRow<GroupRow>(groups, Buffer.from(groupId));
    let [bytes, eventCount] = [0, 0];
    for (const key of keys) {
      const head = readChunkHead(streamChunks.getBinary(key) as Buffer);
      bytes += head.bytes;
      eventCount += head.eventCount;
      streamChunks.removeSync(key);
      if (group !== undefined)
        groupChunks.removeSync(
          encodeGroupChunkKey(group.number, { ...decodeStreamChunkKey(key), stream: row.number }),
        );
    }
    writeRow(streams, streamKey(groupId, streamId), {
      ...row,
      bytes: row.bytes - bytes,
      eventCount: row.eventCount - eventCount,
    });
    if (group !== undefined) writeRow(groups, Buffer.from(groupId), { ...group, bytes: group.bytes - bytes });
  }

  #checkRoom(bytes: number): void {
    const { diskFreeBytes, diskFreeBytesMin } = this.#hooks;
    this.#diskFreeBytes ??= diskFreeBytes();
    if (this.#diskFreeBytes - this.#bytesAdded - bytes < diskFreeBytesMin) {
      const message = `the disk of the log events has ${this.#diskFreeBytes} bytes free, ${diskFreeBytesMin} must stay free`;
      throw new JobRefused(new LogEventStoreFullError(message));
    }
    this.#bytesAdded += bytes;
  }

  #next(): number {
    this.#counter ??= Number(this.#tables.meta.getBinary(counterKey)?.toString() ?? '0');
    return ++this.#counter;
  }
}

const emptyStream = { spanMaxMs: 0, bytes: 0, eventCount: 0, lastEventMs: 0, lastIngestedMs: 0 };

/** Behind every time that a chunk can have. */
export const endOfTimeMs = numberMax;
