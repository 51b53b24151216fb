// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type {
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroupDocument, LogStreamDocument } from '../../log-groups/log-group.js';
import { logStreamKey, logStreamKeyPrefix } from '../../log-groups/log-stream-key.js';
import { expiredBeforeMs } from '../../log-groups/retention.js';
import type { FilterPattern } from '../../pattern/filter-pattern.js';
import type { LogEventPosition, LogEventQuery, StoredLogEvent } from '../../ports/log-event-store.js';
import type { Call, Handler } from '../service.js';
import { checkLengthMax, checkLimit, checkStreamName, checkTime } from './check-members.js';
import { compilePattern } from './compile-pattern.js';
import { findGroupBy } from './find-group.js';
import { decodeToken, encodeToken } from './list-token.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { brokenConstraint, invalidParameter, invalidToken, streamNotFound } from './logs-errors.js';
import { toDigits } from './sequence-token.js';

const eventsMax = 10_000;
const pageBytesMax = 1024 * 1024;
const streamNamesMax = 100;

/**
 * What one call searches at most; then it answers with what it has found, and a token. AWS's pages end early too:
 * "Partially full or empty pages don't necessarily mean that pagination is finished". In bytes of messages.
 */
const searchedBytesMax = 32 * 1024 * 1024;
/** One step of the search: then other calls get their turn. */
const stepBytesMax = 256 * 1024;
const stepEventsMax = 2_000;
/** Streams that a name prefix or a group may mean, read from state at once. */
const streamsAtOnce = 1_000;

/**
 * Source: CloudWatch Logs API Reference, "FilterLogEvents". `interleaved` is ignored and `searchedLogStreams` is empty,
 * as the page says; `endTime` is inclusive here and exclusive in GetLogEvents.
 */
export function filterLogEventsHandler(
  deps: Pick<LogsDependencies, 'logEventStore' | 'clock'>,
): Handler<FilterLogEventsRequest, FilterLogEventsResponse> {
  return async (input, call) => {
    const limit = checkLimit(input.limit, eventsMax);
    const fromMs = checkTime(input.startTime, 'startTime') ?? 0;
    const toMs = checkTime(input.endTime, 'endTime');
    const pattern = compilePattern(input.filterPattern ?? '');
    const group = findGroupBy(input, call);
    const names = streamNames(input, group, call);
    const query = {
      groupId: group.id,
      ...(names.isWholeGroup ? {} : { streamIds: [...names.byId.keys()] }),
      fromMs: Math.max(fromMs, expiredBeforeMs(group, deps.clock.now())),
      ...(toMs === undefined ? {} : { toMs: toMs + 1 }),
    };
    const after = input.nextToken === undefined ? undefined : positionOf(input.nextToken, group);
    const found = await search(deps.logEventStore, query, after, {
      pattern,
      limit,
      isKnown: (id) => names.byId.has(id),
    });
    return {
      events: found.events.map((event) => toOutput(event, names.byId.get(event.streamId) as string)),
      searchedLogStreams: [],
      ...(found.next === undefined ? {} : { nextToken: encodeToken('filter', [group.id, found.next]) }),
    };
  };
}

interface Wanted {
  readonly pattern: FilterPattern;
  readonly limit: number;
  /** Events of a stream that was deleted a moment ago may still lie in the store. */
  readonly isKnown: (streamId: string) => boolean;
}

async function search(
  store: LogsDependencies['logEventStore'],
  query: Pick<LogEventQuery, 'groupId' | 'streamIds' | 'fromMs' | 'toMs'>,
  from: LogEventPosition | undefined,
  { pattern, limit, isKnown }: Wanted,
): Promise<{ events: StoredLogEvent[]; next: LogEventPosition | undefined }> {
  const events: StoredLogEvent[] = [];
  let after = from;
  let [searchedBytes, foundBytes] = [0, 0];
  for (;;) {
    const step = await store.read({
      ...query,
      ...(after === undefined ? {} : { after }),
      order: 'oldestFirst',
      eventsMax: pattern.isEverything ? Math.min(limit - events.length, stepEventsMax) : stepEventsMax,
      bytesMax: stepBytesMax,
    });
    for (const event of step.events) {
      const bytes = Buffer.byteLength(event.message);
      searchedBytes += bytes;
      if (isKnown(event.streamId) && pattern.matches(event.message)) {
        if (events.length > 0 && foundBytes + bytes > pageBytesMax) return { events, next: after };
        foundBytes += bytes;
        events.push(event);
      }
      after = event.position;
      const isLast = event === step.events.at(-1) && step.next === undefined;
      if (events.length === limit) return { events, next: isLast ? undefined : after };
    }
    if (step.next === undefined) return { events, next: undefined };
    after = step.next;
    if (searchedBytes >= searchedBytesMax) return { events, next: after };
    await setImmediate();
  }
}

interface StreamNames {
  /** Names by stream id. */
  readonly byId: ReadonlyMap<string, string>;
  readonly isWholeGroup: boolean;
}

function streamNames(input: FilterLogEventsRequest, group: LogGroupDocument, call: Call): StreamNames {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be specified.');
  if (names !== undefined) return { byId: byNames(names, group, call), isWholeGroup: false };
  if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
  const byId = new Map<string, string>();
  let after: string | undefined;
  for (;;) {
    const options = { limit: streamsAtOnce, ...(after === undefined ? {} : { after }) };
    const entries = call.state.list<LogStreamDocument>(logStreamKeyPrefix(group.id, prefix ?? ''), options);
    for (const { value } of entries) if (value.name.startsWith(prefix ?? '')) byId.set(value.id, value.name);
    if (entries.length < streamsAtOnce) return { byId, isWholeGroup: prefix === undefined };
    after = entries.at(-1)?.key;
  }
}

function byNames(names: readonly string[], group: LogGroupDocument, call: Call): Map<string, string> {
  if (names.length === 0)
    throw brokenConstraint('logStreamNames', [], 'Member must have length greater than or equal to 1');
  checkLengthMax(names, 'logStreamNames', streamNamesMax);
  return new Map(
    names.map((name) => {
      const stream = call.state.get<LogStreamDocument>(
        logStreamKey(group.id, checkStreamName(name, 'logStreamNames')),
      );
      if (stream === undefined) throw streamNotFound();
      return [stream.id, name] as const;
    }),
  );
}

function positionOf(token: string, group: LogGroupDocument): LogEventPosition {
  const [groupId, position] = decodeToken('filter', token, 2);
  if (groupId !== group.id || !/^\d{42}$/.test(String(position))) throw invalidToken();
  return position as LogEventPosition;
}

function toOutput(event: StoredLogEvent, logStreamName: string): FilteredLogEvent {
  return {
    logStreamName,
    timestamp: event.timestampMs,
    message: event.message,
    ingestionTime: event.ingestedAtMs,
    eventId: toDigits(event.position),
  };
}
