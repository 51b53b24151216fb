// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { type LogGroupDocument, type LogStreamDocument, logStreamArn } from '../../log-groups/log-group.js';
import { logStreamKey, logStreamKeyPrefix } from '../../log-groups/log-stream-key.js';
import { expiredBeforeMs } from '../../log-groups/retention.js';
import type { LogEventStore, LogStreamStats } from '../../ports/log-event-store.js';
import type { Call, Handler } from '../service.js';
import { checkLimit, checkOneOf, checkStreamName } from './check-members.js';
import { findGroupBy } from './find-group.js';
import { decodeToken, encodeToken } from './list-token.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { invalidParameter } from './logs-errors.js';
import { toDigits } from './sequence-token.js';

const limitMax = 50;
const orders = ['LogStreamName', 'LastEventTime'] as const;

interface Listed {
  readonly stream: LogStreamDocument;
  readonly stats: LogStreamStats | undefined;
}

/** Source: CloudWatch Logs API Reference, "DescribeLogStreams" and "LogStream". */
export function describeLogStreamsHandler(
  deps: Pick<LogsDependencies, 'logEventStore' | 'clock'>,
): Handler<DescribeLogStreamsRequest, DescribeLogStreamsResponse> {
  return async (input, call) => {
    const orderBy = checkOneOf(input.orderBy ?? 'LogStreamName', 'orderBy', orders);
    const { logStreamNamePrefix: prefix } = input;
    if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
    if (prefix !== undefined && orderBy === 'LastEventTime')
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const limit = checkLimit(input.limit, limitMax);
    const group = findGroupBy(input, call);
    const isByName = orderBy === 'LogStreamName';
    const sorted =
      isByName && input.descending !== true
        ? pageByName(input, group, limit, call)
        : await sortedPage(input, group, isByName, limit, call, deps.logEventStore);
    const listed = await withStats(sorted.streams, group, deps.logEventStore);
    const aliveMs = expiredBeforeMs(group, deps.clock.now());
    return {
      logStreams: listed.map((one) => toLogStream(one, group, aliveMs)),
      ...(sorted.nextToken === undefined ? {} : { nextToken: sorted.nextToken }),
    };
  };
}

interface Page {
  readonly streams: readonly LogStreamDocument[];
  readonly nextToken?: string;
}

/** The order of the keys: nothing but the page is read. */
function pageByName(
  input: DescribeLogStreamsRequest,
  group: LogGroupDocument,
  limit: number,
  call: Call,
): Page {
  const prefix = input.logStreamNamePrefix ?? '';
  const token = input.nextToken === undefined ? undefined : decodeToken('streams', input.nextToken, 1)[0];
  const after = token === undefined ? {} : { after: logStreamKey(group.id, String(token)) };
  const streams = call.state
    .list<LogStreamDocument>(logStreamKeyPrefix(group.id, prefix), { ...after, limit: limit + 1 })
    .map(({ value }) => value)
    .filter(({ name }) => name.startsWith(prefix));
  if (streams.length <= limit) return { streams };
  const shown = streams.slice(0, limit);
  return { streams: shown, nextToken: encodeToken('streams', [shown.at(-1)?.name ?? '']) };
}

/** By time of the last event, or names backwards: the whole group is sorted. Streams without events count as oldest. */
async function sortedPage(
  input: DescribeLogStreamsRequest,
  group: LogGroupDocument,
  isByName: boolean,
  limit: number,
  call: Call,
  store: LogEventStore,
): Promise<Page> {
  const prefix = input.logStreamNamePrefix ?? '';
  const all = call.state
    .list<LogStreamDocument>(logStreamKeyPrefix(group.id, prefix))
    .map(({ value }) => value)
    .filter(({ name }) => name.startsWith(prefix));
  const stats = isByName ? [] : await store.stats(group.id);
  const lastMs = new Map(stats.map(({ streamId, lastEventMs }) => [streamId, lastEventMs]));
  const rank = ({ id }: LogStreamDocument): number => lastMs.get(id) ?? -1;
  const sign = input.descending === true ? -1 : 1;
  const compare = (a: readonly [number, string], b: readonly [number, string]): number =>
    sign * (a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
  const place = (stream: LogStreamDocument): readonly [number, string] => [rank(stream), stream.name];
  const token = input.nextToken === undefined ? undefined : decodeToken('streams-sorted', input.nextToken, 2);
  const from = token === undefined ? undefined : ([Number(token[0]), String(token[1])] as const);
  const rest = all
    .filter((stream) => from === undefined || compare(place(stream), from) > 0)
    .sort((a, b) => compare(place(a), place(b)));
  const streams = rest.slice(0, limit);
  const last = streams.at(-1);
  if (rest.length <= limit || last === undefined) return { streams };
  return { streams, nextToken: encodeToken('streams-sorted', place(last)) };
}

async function withStats(
  streams: readonly LogStreamDocument[],
  group: LogGroupDocument,
  store: LogEventStore,
): Promise<Listed[]> {
  return Promise.all(
    streams.map(async (stream) => ({ stream, stats: (await store.stats(group.id, stream.id))[0] })),
  );
}

/** Bytes of a stream are "always reported as zero" since June 17, 2019. */
function toLogStream({ stream, stats }: Listed, group: LogGroupDocument, aliveMs: number): LogStream {
  const isAlive = stats !== undefined && stats.lastEventMs >= aliveMs;
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAtMs,
    ...(isAlive
      ? {
          firstEventTimestamp: Math.max(stats.firstEventMs, aliveMs),
          lastEventTimestamp: stats.lastEventMs,
          lastIngestionTime: stats.lastIngestedMs,
          uploadSequenceToken: toDigits(String(stats.lastIngestedMs)),
        }
      : {}),
    arn: logStreamArn(group, stream.name),
    storedBytes: 0,
  };
}
