// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import { type LogGroupDocument, logGroupArn, logGroupsOf } from '../../log-groups/log-group.js';
import type { Call, Handler } from '../service.js';
import { checkGroupName, checkLengthMax, checkLimit } from './check-members.js';
import { findGroupBy } from './find-group.js';
import { decodeToken, encodeToken } from './list-token.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { brokenConstraint, invalidParameter } from './logs-errors.js';

const limitMax = 50;
/** Groups looked at at once while a page fills: a filter may leave most of them out. */
const readAtOnce = 500;

/** Source: CloudWatch Logs API Reference, "DescribeLogGroups". */
export function describeLogGroupsHandler(
  deps: Pick<LogsDependencies, 'logEventStore'>,
): Handler<DescribeLogGroupsRequest, DescribeLogGroupsResponse> {
  return async (input, call) => {
    const { groups, nextToken } =
      input.logGroupIdentifiers === undefined ? page(input, call) : named(input, call);
    const isShort = input.logGroupNamePattern !== undefined && input.logGroupNamePattern !== '';
    const bytes = isShort || groups.length === 0 ? new Map<string, number>() : await bytesByGroup(deps);
    return {
      logGroups: groups.map((group) =>
        isShort ? toShort(group) : toLogGroup(group, bytes.get(group.id) ?? 0),
      ),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  };
}

interface Page {
  readonly groups: readonly LogGroupDocument[];
  readonly nextToken?: string;
}

function page(input: DescribeLogGroupsRequest, call: Call): Page {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined)
    throw invalidParameter(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  if (prefix !== undefined) checkGroupName(prefix, 'logGroupNamePrefix');
  if (pattern !== undefined && pattern !== '') checkGroupName(pattern, 'logGroupNamePattern');
  const limit = checkLimit(input.limit, limitMax);
  const base = logGroupsOf(call.accountId, call.region);
  let after = input.nextToken === undefined ? undefined : base + decodeToken('groups', input.nextToken, 1)[0];
  const isWanted = (group: LogGroupDocument) =>
    (input.logGroupClass === undefined || group.logGroupClass === input.logGroupClass) &&
    (pattern === undefined || group.name.includes(pattern));
  const found: LogGroupDocument[] = [];
  for (;;) {
    const options = { limit: readAtOnce, ...(after === undefined ? {} : { after }) };
    const entries = call.state.list<LogGroupDocument>(base + (prefix ?? ''), options);
    for (const { key, value } of entries) {
      if (isWanted(value)) {
        // One more than fits tells that there is a next page.
        if (found.length === limit)
          return { groups: found, nextToken: encodeToken('groups', [found.at(-1)?.name ?? '']) };
        found.push(value);
      }
      after = key;
    }
    if (entries.length < readAtOnce) return { groups: found };
  }
}

function named(input: DescribeLogGroupsRequest, call: Call): Page {
  const { logGroupIdentifiers = [], includeLinkedAccounts: _, ...others } = input;
  if (Object.values(others).some((value) => value !== undefined))
    throw invalidParameter('logGroupIdentifiers cannot be combined with other filters.');
  if (logGroupIdentifiers.length === 0)
    throw brokenConstraint('logGroupIdentifiers', [], 'Member must have length greater than or equal to 1');
  checkLengthMax(logGroupIdentifiers, 'logGroupIdentifiers', limitMax);
  return {
    groups: logGroupIdentifiers.map((logGroupIdentifier) => findGroupBy({ logGroupIdentifier }, call)),
  };
}

async function bytesByGroup({
  logEventStore,
}: Pick<LogsDependencies, 'logEventStore'>): Promise<Map<string, number>> {
  return new Map((await logEventStore.groups()).map(({ groupId, bytes }) => [groupId, bytes]));
}

function toLogGroup(group: LogGroupDocument, storedBytes: number): LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.createdAtMs,
    ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${logGroupArn(group)}:*`,
    storedBytes,
    logGroupClass: group.logGroupClass,
    logGroupArn: logGroupArn(group),
    deletionProtectionEnabled: group.deletionProtected === true,
  };
}

/** "If you specify logGroupNamePattern …, then only arn, creationTime, and logGroupName are included". */
function toShort(group: LogGroupDocument): LogGroup {
  return { logGroupName: group.name, creationTime: group.createdAtMs, arn: `${logGroupArn(group)}:*` };
}
