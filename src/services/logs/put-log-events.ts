// SPDX-License-Identifier: Apache-2.0
import type {
  InputLogEvent,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { acceptEvents, batchEventsMax, batchProblem, spanProblem } from '../../log-groups/put-limits.js';
import type { LogEvent } from '../../ports/log-event-store.js';
import type { Handler } from '../service.js';
import { checkLengthMax } from './check-members.js';
import { findGroup, findStream, noteGroup } from './find-group.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { brokenConstraint, invalidParameter } from './logs-errors.js';
import { toDigits } from './sequence-token.js';

/**
 * Source: CloudWatch Logs API Reference, "PutLogEvents". Sequence tokens are ignored, "even if the sequence token is not
 * valid". The events are durable before the answer; they are the payload of a data-plane call and no part of state.
 */
export function putLogEventsHandler(
  deps: Pick<LogsDependencies, 'logEventStore' | 'clock'>,
): Handler<PutLogEventsRequest, PutLogEventsResponse> {
  return async (input, call) => {
    const given = toEvents(input.logEvents ?? []);
    const group = findGroup(input.logGroupName, call);
    noteGroup(group, call);
    const stream = findStream(group, input.logStreamName, call);
    const problem = batchProblem(given);
    if (problem !== undefined) throw invalidParameter(problem);
    const nowMs = deps.clock.now();
    const { events, rejected } = acceptEvents(given, group, nowMs);
    const span = spanProblem(events);
    if (span !== undefined) throw invalidParameter(span);
    if (events.length > 0)
      await deps.logEventStore.append([{ groupId: group.id, streamId: stream.id, events }], {
        ingestedAtMs: nowMs,
      });
    return {
      nextSequenceToken: toDigits(String(nowMs)),
      ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
    };
  };
}

function toEvents(given: readonly InputLogEvent[]): LogEvent[] {
  if (given.length === 0)
    throw brokenConstraint('logEvents', [], 'Member must have length greater than or equal to 1');
  if (given.length > batchEventsMax)
    checkLengthMax(given.slice(0, batchEventsMax + 1).fill({} as InputLogEvent), 'logEvents', batchEventsMax);
  return given.map(({ timestamp, message }, at) => {
    const member = `logEvents.${at + 1}.member`;
    if (timestamp === undefined || !Number.isSafeInteger(timestamp) || timestamp < 0)
      throw brokenConstraint(
        `${member}.timestamp`,
        timestamp ?? null,
        'Member must have value greater than or equal to 0',
      );
    if (message === undefined || message === '')
      throw brokenConstraint(
        `${member}.message`,
        message ?? null,
        'Member must have length greater than or equal to 1',
      );
    return { timestampMs: timestamp, message };
  });
}
