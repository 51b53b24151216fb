// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../../identity/access.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import {
  type LogGroupDocument,
  logGroupArn,
  logGroupKey,
  parseLogGroupArn,
} from '../../log-groups/log-group.js';
import { resourcePolicyOf } from '../../log-groups/resource-policy.js';
import type { Call, Service } from '../service.js';

/** Members by which calls name a group, a stream, and tags. */
interface LogsInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logGroupIdentifiers?: readonly string[];
  readonly logStreamName?: string;
  readonly resourceArn?: string;
  readonly tags?: Readonly<Record<string, string>> | readonly string[];
  readonly tagKeys?: readonly string[];
}

/** Source: CloudWatch Logs API Reference, "DescribeLogGroups" (logGroupIdentifiers). */
const identifiersMax = 50;

/** Source: Service Authorization Reference, "Amazon CloudWatch Logs": actions on a stream, and those that know no resource. */
const onStream: ReadonlySet<string> = new Set([
  'CreateLogStream',
  'DeleteLogStream',
  'GetLogEvents',
  'PutLogEvents',
]);
const onNothing: ReadonlySet<string> = new Set([
  'DeleteResourcePolicy',
  'DescribeResourcePolicies',
  'PutResourcePolicy',
  'TestMetricFilter',
]);
/** These take the group's ARN as it is. Source: CloudWatch Logs API Reference, "LogGroup" (arn, logGroupArn). */
const onPlainArn: ReadonlySet<string> = new Set(['ListTagsForResource', 'TagResource', 'UntagResource']);

/** What every call of CloudWatch Logs needs. */
export const logsAccess: NonNullable<Service['access']> = (operation, input: LogsInput, call) => {
  const action = `logs:${operation}`;
  if (onNothing.has(operation)) return [{ action, resource: '*' }];
  return groupsOf(operation, input).map((name) => {
    const group = existing(name, call);
    const resourcePolicy = resourcePolicyOf(call.accountId, call.region, call.state);
    return {
      action,
      resource: resourceOf(operation, name, input, call),
      context: { ...groupKeys(group), ...tagKeys(input) },
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    } satisfies AccessNeed;
  });
};

/** Names or ARNs. A list of all groups is one question, whose resource names none. */
function groupsOf(operation: string, input: LogsInput): readonly string[] {
  // More of them than a call may name the handler refuses.
  const { logGroupIdentifiers: listed = [] } = input;
  if (operation === 'DescribeLogGroups') return listed.length === 0 ? [''] : listed.slice(0, identifiersMax);
  return [input.logGroupName ?? input.logGroupIdentifier ?? input.resourceArn ?? ''];
}

/**
 * All but the tagging calls ask for `…:log-group:NAME:log-stream:STREAM`, the stream empty where none is named: so that
 * `…:log-group:NAME:*` in a policy means them.
 * Source: CloudWatch Logs User Guide, "Overview of managing access permissions to your CloudWatch Logs resources".
 */
function resourceOf(operation: string, name: string, input: LogsInput, call: Call): string {
  const arn = name.startsWith('arn:') ? plainArn(name) : logGroupArn({ ...call, name });
  if (onPlainArn.has(operation)) return arn;
  return `${arn}:log-stream:${onStream.has(operation) ? (input.logStreamName ?? '') : ''}`;
}

function plainArn(text: string): string {
  const arn = parseLogGroupArn(text);
  return arn === undefined ? text : logGroupArn(arn);
}

function existing(name: string, { accountId, region, state }: Call): LogGroupDocument | undefined {
  const arn = name.startsWith('arn:') ? parseLogGroupArn(name) : undefined;
  const place = arn ?? { accountId, region, name };
  // Longer than any name: nothing can lie there.
  if (place.name === '' || place.name.length > 512) return undefined;
  return state.get<LogGroupDocument>(logGroupKey(place.accountId, place.region, place.name));
}

function groupKeys(group: LogGroupDocument | undefined): ContextValues {
  const tags = Object.entries(group?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(tags) as Record<string, string>;
}

/** Tags come as a map where they are set and as a list of keys where they are taken away. */
function tagKeys({ tags, tagKeys: removed }: LogsInput): ContextValues {
  if (removed !== undefined) return { 'aws:TagKeys': removed };
  if (tags === undefined) return {};
  if (Array.isArray(tags)) return { 'aws:TagKeys': tags as readonly string[] };
  const pairs = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]);
  return { ...(Object.fromEntries(pairs) as Record<string, string>), 'aws:TagKeys': Object.keys(tags) };
}
