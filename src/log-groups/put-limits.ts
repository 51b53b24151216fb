// SPDX-License-Identifier: Apache-2.0
import { eventOverheadBytes, type LogEvent } from '../ports/log-event-store.js';
import type { LogGroupDocument } from './log-group.js';
import { expiredBeforeMs } from './retention.js';

/** Source for all of these: CloudWatch Logs API Reference, "PutLogEvents". */
export const batchBytesMax = 1_048_576;
export const batchEventsMax = 10_000;
const hourMs = 3_600_000;
const futureMsMax = 2 * hourMs;
const ageMsMax = 14 * 24 * hourMs;
const spanMsMax = 24 * hourMs;

/** Indexes into the batch, as RejectedLogEventsInfo has them: ends are exclusive, the start is inclusive. */
export interface RejectedEvents {
  tooNewLogEventStartIndex?: number;
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
}

export interface AcceptedEvents {
  readonly events: readonly LogEvent[];
  readonly rejected: RejectedEvents | undefined;
}

/** Bytes as the limit counts them. */
function batchBytes(events: readonly LogEvent[]): number {
  return events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes, 0);
}

/** What is wrong with a batch as a whole, in AWS's words; undefined when nothing is. */
export function batchProblem(events: readonly LogEvent[]): string | undefined {
  const bytes = batchBytes(events);
  if (bytes > batchBytesMax) return `Upload too large: ${bytes} bytes exceeds limit of ${batchBytesMax}`;
  const isChronological = events.every(
    ({ timestampMs }, at) => at === 0 || timestampMs >= (events[at - 1]?.timestampMs ?? 0),
  );
  return isChronological
    ? undefined
    : 'Log events in a single PutLogEvents request must be in chronological order.';
}

/** The events of a batch that a group takes now. The batch is in the order of time. */
export function acceptEvents(
  events: readonly LogEvent[],
  group: LogGroupDocument,
  nowMs: number,
): AcceptedEvents {
  const firstWith = (holds: (timestampMs: number) => boolean): number => {
    const found = events.findIndex(({ timestampMs }) => holds(timestampMs));
    return found < 0 ? events.length : found;
  };
  const notOld = firstWith((timestampMs) => timestampMs >= nowMs - ageMsMax);
  const notExpired = firstWith((timestampMs) => timestampMs >= expiredBeforeMs(group, nowMs));
  const tooNew = firstWith((timestampMs) => timestampMs > nowMs + futureMsMax);
  const rejected: RejectedEvents = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(notOld > 0 ? { tooOldLogEventEndIndex: notOld } : {}),
    ...(notExpired > 0 ? { expiredLogEventEndIndex: notExpired } : {}),
  };
  return {
    events: events.slice(Math.max(notOld, notExpired), tooNew),
    rejected: Object.keys(rejected).length === 0 ? undefined : rejected,
  };
}

/** Only events that were accepted count. */
export function spanProblem(events: readonly LogEvent[]): string | undefined {
  const spanMs = (events.at(-1)?.timestampMs ?? 0) - (events[0]?.timestampMs ?? 0);
  return spanMs > spanMsMax
    ? 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.'
    : undefined;
}
