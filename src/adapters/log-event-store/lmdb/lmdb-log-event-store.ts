// SPDX-License-Identifier: Apache-2.0
import {
  type LogBatch,
  type LogEvent,
  type LogEventPage,
  type LogEventQuery,
  type LogEventStore,
  LogEventStoreFullError,
  type LogStreamStats,
  type WriterMark,
} from '../../../ports/log-event-store.js';
import { GroupCommit } from '../../lmdb/group-commit.js';
import { chunkKeyBehind, chunkKeyFrom, decodeStreamChunkKey, numberMax } from './chunk-key.js';
import { encodeChunks } from './chunk-value.js';
import { readEvents } from './read-events.js';
import { idBytesMax, queueLimits } from './store-limits.js';
import {
  type GroupRow,
  readRow,
  type StoreTables,
  type StreamRow,
  streamIdOf,
  streamKey,
  streamRange,
} from './store-tables.js';
import {
  type EncodedBatch,
  endOfTimeMs,
  StoreTransaction,
  type StoreTransactionHooks,
} from './store-transaction.js';

/**
 * Log events in LMDB: batches as compressed chunks under (stream, time), and one entry for each chunk under
 * (group, time), so that one stream and a whole group are both read in the order of time.
 *
 * One process, one writer (`GroupCommit`); readers see what is durable.
 */
export class LmdbLogEventStore implements LogEventStore {
  readonly #tables: StoreTables;
  readonly #writer: GroupCommit<StoreTransaction>;
  #closing: Promise<void> | undefined;

  constructor(tables: StoreTables, hooks: StoreTransactionHooks) {
    this.#tables = tables;
    this.#writer = new GroupCommit(tables.env, {
      ...queueLimits,
      begin: () => new StoreTransaction(tables, hooks),
      toFull: (message, cause) => new LogEventStoreFullError(message, cause),
    });
  }

  async append(
    batches: readonly LogBatch[],
    { ingestedAtMs, writer, mark }: Parameters<LogEventStore['append']>[1],
  ): Promise<boolean> {
    const encoded = batches
      .filter(({ events }) => events.length > 0)
      .map((batch) => encodeBatch(batch, ingestedAtMs));
    const bytes = encoded.reduce((sum, batch) => sum + bytesOf(batch), 0);
    return this.#writer.run(bytes, (group) =>
      group.append({ batches: encoded, bytes, ingestedAtMs, writer, mark }),
    );
  }

  read(query: LogEventQuery): Promise<LogEventPage> {
    return readEvents(this.#tables, query);
  }

  async stats(groupId: string, streamId?: string): Promise<readonly LogStreamStats[]> {
    const { streams } = this.#tables;
    if (streamId !== undefined) {
      const row = readRow<StreamRow>(streams, streamKey(groupId, streamId));
      return row === undefined || row.eventCount === 0 ? [] : [this.#toStats(streamId, row)];
    }
    return Array.from(streams.getRange(streamRange(groupId)), ({ key, value }) => ({
      id: streamIdOf(key),
      row: JSON.parse(value.toString()) as StreamRow,
    }))
      .filter(({ row }) => row.eventCount > 0)
      .map(({ id, row }) => this.#toStats(id, row));
  }

  async groups(): Promise<readonly { readonly groupId: string; readonly bytes: number }[]> {
    return Array.from(this.#tables.groups.getRange({}), ({ key, value }) => ({
      groupId: key.toString(),
      bytes: (JSON.parse(value.toString()) as GroupRow).bytes,
    }));
  }

  async mark(writer: string): Promise<WriterMark | undefined> {
    return readRow<WriterMark>(this.#tables.marks, Buffer.from(writer));
  }

  async saveMark(writer: string, mark: WriterMark | null): Promise<void> {
    await this.#writer.run(0, (group) => group.saveMark(writer, mark), true);
  }

  async trim(groupId: string, beforeMs: number): Promise<void> {
    for (const streamId of this.#streamIds(groupId)) await this.#remove(groupId, streamId, beforeMs);
  }

  async dropStream(groupId: string, streamId: string): Promise<void> {
    await this.#remove(groupId, streamId, endOfTimeMs + 1);
    await this.#writer.run(0, (group) => group.removeStream(groupId, streamId), true);
  }

  async dropGroup(groupId: string): Promise<void> {
    for (const streamId of this.#streamIds(groupId)) await this.dropStream(groupId, streamId);
    await this.#writer.run(0, (group) => group.removeGroup(groupId), true);
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer.close().then(() => this.#tables.env.close());
    return this.#closing;
  }

  async #remove(groupId: string, streamId: string, beforeMs: number): Promise<void> {
    while (await this.#writer.run(0, (group) => group.removeStep(groupId, streamId, beforeMs), true));
  }

  #streamIds(groupId: string): string[] {
    return Array.from(this.#tables.streams.getKeys(streamRange(groupId)), streamIdOf);
  }

  #toStats(streamId: string, row: StreamRow): LogStreamStats {
    const { eventCount, bytes, lastEventMs, lastIngestedMs } = row;
    return {
      streamId,
      eventCount,
      bytes,
      firstEventMs: this.#firstEventMs(row),
      lastEventMs,
      lastIngestedMs,
    };
  }

  #firstEventMs({ number }: StreamRow): number {
    const range = { start: chunkKeyFrom(number, 0), end: chunkKeyBehind(number, numberMax), limit: 1 };
    for (const key of this.#tables.streamChunks.getKeys(range)) return decodeStreamChunkKey(key).fromMs;
    return 0;
  }
}

/** Throws for what a caller must not hand over: mistakes of ours, not of a client. */
function encodeBatch({ groupId, streamId, events }: LogBatch, ingestedAtMs: number): EncodedBatch {
  for (const id of [groupId, streamId])
    if (id === '' || id.includes('\0') || Buffer.byteLength(id) > idBytesMax)
      throw new TypeError(`not an id: ${id}`);
  for (const [at, event] of events.entries()) verifyEvent(event, events[at - 1]);
  return { groupId, streamId, chunks: encodeChunks(events, ingestedAtMs) };
}

function verifyEvent({ timestampMs }: LogEvent, before: LogEvent | undefined): void {
  if (!Number.isSafeInteger(timestampMs) || timestampMs < 0 || timestampMs >= numberMax)
    throw new RangeError(`not a timestamp: ${timestampMs}`);
  if (before !== undefined && timestampMs < before.timestampMs)
    throw new TypeError('the events of a batch are not in the order of time');
}

function bytesOf({ chunks }: EncodedBatch): number {
  return chunks.reduce((sum, { value }) => sum + value.length, 0);
}
