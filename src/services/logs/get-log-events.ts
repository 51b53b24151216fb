// SPDX-License-Identifier: Apache-2.0
import type { GetLogEventsRequest, GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroupDocument } from '../../log-groups/log-group.js';
import { expiredBeforeMs } from '../../log-groups/retention.js';
import type { LogEventPosition, LogEventQuery, StoredLogEvent } from '../../ports/log-event-store.js';
import type { Handler } from '../service.js';
import { checkLimit, checkTime } from './check-members.js';
import { findGroupBy, findStream } from './find-group.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { invalidToken } from './logs-errors.js';

const eventsMax = 10_000;
const pageBytesMax = 1024 * 1024;
const tokenForm = /^([fb])\/(\d{42})\/s$/;

/** Before everything and behind everything that a stream can hold. */
const beginning = '0'.repeat(42) as LogEventPosition;
const end = '9'.repeat(15).padStart(16, '0') + '9'.repeat(15).padStart(16, '0') + '9'.repeat(10);

/**
 * Source: CloudWatch Logs API Reference, "GetLogEvents". Events of a page are in the order of time whichever way the
 * pages go. Both tokens are always there; the one of the direction that has nothing more is the one that was given.
 */
export function getLogEventsHandler(
  deps: Pick<LogsDependencies, 'logEventStore' | 'clock'>,
): Handler<GetLogEventsRequest, GetLogEventsResponse> {
  return async (input, call) => {
    const limit = checkLimit(input.limit, eventsMax);
    const fromMs = checkTime(input.startTime, 'startTime') ?? 0;
    const toMs = checkTime(input.endTime, 'endTime');
    const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
    const group = findGroupBy(input, call);
    const stream = findStream(group, input.logStreamName, call);
    const isForward = token === undefined ? input.startFromHead === true : token.isForward;
    const found = await deps.logEventStore.read({
      groupId: group.id,
      streamIds: [stream.id],
      fromMs: Math.max(fromMs, aliveMs(group, deps)),
      ...(toMs === undefined ? {} : { toMs }),
      ...bound(token),
      order: isForward ? 'oldestFirst' : 'newestFirst',
      eventsMax: limit,
      bytesMax: pageBytesMax,
    });
    const events = isForward ? found.events : [...found.events].reverse();
    return { events: events.map(toOutput), ...tokens(events, token?.position, isForward) };
  };
}

function aliveMs(group: LogGroupDocument, { clock }: Pick<LogsDependencies, 'clock'>): number {
  return expiredBeforeMs(group, clock.now());
}

interface Token {
  readonly isForward: boolean;
  readonly position: LogEventPosition;
}

function parseToken(text: string): Token {
  const [, direction, position] = tokenForm.exec(text) ?? [];
  if (position === undefined) throw invalidToken();
  return { isForward: direction === 'f', position: position as LogEventPosition };
}

function bound(token: Token | undefined): Pick<LogEventQuery, 'after' | 'before'> {
  if (token === undefined) return {};
  return token.isForward ? { after: token.position } : { before: token.position };
}

/** An empty page stays where it is: at its token, or where the walk began. */
function tokens(
  events: readonly StoredLogEvent[],
  given: LogEventPosition | undefined,
  isForward: boolean,
): Pick<GetLogEventsResponse, 'nextForwardToken' | 'nextBackwardToken'> {
  const still = given ?? (isForward ? beginning : (end as LogEventPosition));
  const last = events.at(-1)?.position ?? (isForward || given !== undefined ? still : beginning);
  const first = events[0]?.position ?? still;
  return { nextForwardToken: `f/${last}/s`, nextBackwardToken: `b/${first}/s` };
}

function toOutput({ timestampMs, message, ingestedAtMs }: StoredLogEvent) {
  return { timestamp: timestampMs, message, ingestionTime: ingestedAtMs };
}
