// SPDX-License-Identifier: Apache-2.0
import type { LogEventPage, LogEventQuery, StoredLogEvent } from '../../../ports/log-event-store.js';
import {
  type ChunkRef,
  chunkKeyBehind,
  chunkKeyFrom,
  decodeGroupChunkKey,
  decodeStreamChunkKey,
  encodeStreamChunkKey,
  numberMax,
} from './chunk-key.js';
import { ChunkRefs } from './chunk-refs.js';
import {
  comparePlaces,
  type EventPlace,
  placeBefore,
  placeBehind,
  toPlace,
  toPosition,
} from './event-position.js';
import { OpenChunks } from './open-chunks.js';
import { passedOverMax } from './store-limits.js';
import {
  type GroupRow,
  readRow,
  type StoreTables,
  type StreamRow,
  streamIdOf,
  streamKey,
  streamRange,
} from './store-tables.js';

/** What a query comes to once names are numbers and times are places. */
interface Scan {
  readonly isForward: boolean;
  /** Both exclusive. */
  readonly lower: EventPlace;
  readonly upper: EventPlace;
  /** No chunk spans more time. */
  readonly spanMs: number;
  /** By number; only these streams are read. */
  readonly streams: ReadonlyMap<number, string>;
  readonly refs: ChunkRefs;
}

/**
 * Reads a page. Chunks overlap in time, so all that may hold the next event are open together and merged; a chunk is
 * inflated only when its turn comes.
 */
export async function readEvents(tables: StoreTables, query: LogEventQuery): Promise<LogEventPage> {
  const scan = toScan(tables, query);
  if (scan === undefined) return { events: [], next: undefined };
  const open = new OpenChunks(scan, (ref) => tables.streamChunks.getBinary(encodeStreamChunkKey(ref)));
  const events: StoredLogEvent[] = [];
  let bytes = 0;
  let last: EventPlace | undefined;
  for (;;) {
    const stoppedAt = await openDue(scan, open);
    if (stoppedAt !== undefined) return { events, next: toPosition(stoppedAt) };
    const found = open.next();
    if (found === undefined) {
      if (open.isEmpty && (await scan.refs.peek()) === undefined) return { events, next: undefined };
      continue;
    }
    const isFull =
      events.length === query.eventsMax || (events.length > 0 && bytes + found.bytes > query.bytesMax);
    if (isFull) return { events, next: last === undefined ? undefined : toPosition(last) };
    open.advance();
    bytes += found.bytes;
    last = found.place;
    events.push({
      timestampMs: found.place.timestampMs,
      message: found.message,
      position: toPosition(found.place),
      streamId: scan.streams.get(found.ref.stream) as string,
      ingestedAtMs: found.ingestedAtMs,
    });
  }
}

/**
 * Opens every chunk that may hold an event before the one that is next. Gives a place to go on from when it passed over
 * too many chunks of other streams to find one.
 */
async function openDue(scan: Scan, open: OpenChunks): Promise<EventPlace | undefined> {
  const { refs, isForward, spanMs, lower, upper, streams } = scan;
  let passedOver = 0;
  for (let ref = await refs.peek(); ref !== undefined; ref = await refs.peek()) {
    const top = open.top;
    if (top !== undefined && !isDue(ref, top, isForward, spanMs)) return undefined;
    if (isForward && open.isEmpty && ++passedOver > passedOverMax) {
      const at = placeBefore(ref.fromMs);
      if (comparePlaces(at, lower) > 0) return at;
    }
    refs.take();
    const isInTime = ref.toMs >= lower.timestampMs && ref.fromMs <= upper.timestampMs;
    if (isInTime && streams.has(ref.stream)) open.add(ref);
  }
  return undefined;
}

/** Whether a chunk not opened yet may hold something before `top` in the order of reading. */
function isDue(ref: ChunkRef, top: EventPlace, isForward: boolean, spanMs: number): boolean {
  if (!isForward) return ref.fromMs + spanMs >= top.timestampMs;
  return comparePlaces({ timestampMs: ref.fromMs, sequence: ref.sequence, index: 0 }, top) < 0;
}

function toScan(tables: StoreTables, query: LogEventQuery): Scan | undefined {
  const group = readRow<GroupRow>(tables.groups, Buffer.from(query.groupId));
  if (group === undefined) return undefined;
  const lower = latest(query.after && toPlace(query.after), placeBefore(Math.max(query.fromMs ?? 0, 0)));
  const upper = earliest(query.before && toPlace(query.before), placeBehind((query.toMs ?? numberMax) - 1));
  if (comparePlaces(lower, upper) >= 0) return undefined;
  const rows = streamRows(tables, query);
  const [only] = rows;
  if (only === undefined) return undefined;
  const isOne = query.streamIds?.length === 1;
  const owner = isOne ? only.row.number : group.number;
  const spanMs = isOne ? only.row.spanMaxMs : group.spanMaxMs;
  const isForward = query.order === 'oldestFirst';
  const first = chunkKeyFrom(owner, lower.timestampMs - spanMs);
  const end = chunkKeyBehind(owner, upper.timestampMs);
  return {
    isForward,
    lower,
    upper,
    spanMs,
    streams: new Map(rows.map(({ row, streamId }) => [row.number, streamId])),
    refs: new ChunkRefs(
      isOne ? tables.streamChunks : tables.groupChunks,
      isOne ? decodeStreamChunkKey : decodeGroupChunkKey,
      isForward ? { start: first, end } : { start: end, end: first, reverse: true },
    ),
  };
}

function streamRows(tables: StoreTables, { groupId, streamIds }: LogEventQuery) {
  if (streamIds === undefined) {
    return Array.from(tables.streams.getRange(streamRange(groupId)), ({ key, value }) => ({
      streamId: streamIdOf(key),
      row: JSON.parse(value.toString()) as StreamRow,
    }));
  }
  return streamIds.flatMap((streamId) => {
    const row = readRow<StreamRow>(tables.streams, streamKey(groupId, streamId));
    return row === undefined ? [] : [{ streamId, row }];
  });
}

function latest(a: EventPlace | undefined, b: EventPlace): EventPlace {
  return a !== undefined && comparePlaces(a, b) > 0 ? a : b;
}

function earliest(a: EventPlace | undefined, b: EventPlace): EventPlace {
  return a !== undefined && comparePlaces(a, b) < 0 ? a : b;
}
