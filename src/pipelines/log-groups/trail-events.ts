// SPDX-License-Identifier: Apache-2.0
import { trailEventBytesMax } from '../../log-groups/trail-stream-name.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import { eventOverheadBytes, type LogEvent } from '../../ports/log-event-store.js';
import { topLevelString } from '../../trails/top-level-string.js';
import { streamBatchBytesMax, streamBatchEventsMax } from './limits.js';

export interface TrailEvents {
  /** In the order of their times. */
  readonly events: readonly LogEvent[];
  /** Records that are too large to be sent. */
  readonly oversizedCount: number;
}

/** Records as events of a log: the record is the message, its `eventTime` the timestamp. */
export function toTrailEvents(records: readonly LoggedRecord[], nowMs: number): TrailEvents {
  const sent = records.filter(({ json }) => Buffer.byteLength(json) <= trailEventBytesMax);
  const events = sent.map(({ json }) => ({ timestampMs: eventTimeMs(json) ?? nowMs, message: json }));
  // Stable: events of one second stay in the order of the log.
  events.sort((a, b) => a.timestampMs - b.timestampMs);
  return { events, oversizedCount: records.length - sent.length };
}

function eventTimeMs(json: string): number | undefined {
  const timeMs = Date.parse(topLevelString(json, 'eventTime') ?? '');
  return Number.isFinite(timeMs) && timeMs >= 0 ? timeMs : undefined;
}

/** Cuts events into what one write to a stream takes. */
function cutBatches(events: readonly LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + eventOverheadBytes;
    const current = batches.at(-1);
    if (
      current === undefined ||
      current.length === streamBatchEventsMax ||
      bytes + size > streamBatchBytesMax
    ) {
      batches.push([event]);
      bytes = size;
    } else {
      current.push(event);
      bytes += size;
    }
  }
  return batches;
}

/** Joins what goes around to the same stream: a stream has one batch in a write. */
export function spreadOverStreams(events: readonly LogEvent[], streamsMax: number): LogEvent[][] {
  const streams: LogEvent[][] = [];
  for (const [at, batch] of cutBatches(events).entries()) {
    const known = streams[at % streamsMax];
    if (known === undefined) streams.push(batch);
    else known.push(...batch);
  }
  return streams;
}
