// SPDX-License-Identifier: Apache-2.0
import {
  type LogGroupDocument,
  type LogStreamDocument,
  logGroupKey,
  parseLogGroupArn,
} from '../../log-groups/log-group.js';
import { logStreamKey } from '../../log-groups/log-stream-key.js';
import type { Call } from '../service.js';
import { checkGroupName, checkStreamName } from './check-members.js';
import { groupNotFound, invalidParameter, streamNotFound } from './logs-errors.js';

/** The group of a name in the call's account and Region. */
export function findGroup(name: string | undefined, call: Call): LogGroupDocument {
  const key = logGroupKey(call.accountId, call.region, checkGroupName(name));
  const group = call.state.get<LogGroupDocument>(key);
  if (group === undefined) throw groupNotFound();
  return group;
}

/** The group of a call that takes a name or an identifier (a name or an ARN), exactly one of them. */
export function findGroupBy(
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
  call: Call,
): LogGroupDocument {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined))
    throw invalidParameter('Should provider either name or id, but not both');
  if (identifier === undefined || !identifier.startsWith('arn:')) return findGroup(name ?? identifier, call);
  return findGroupByArn(identifier, call);
}

export function findGroupByArn(text: string, call: Call): LogGroupDocument {
  const arn = parseLogGroupArn(text);
  if (arn === undefined)
    throw invalidParameter(`The ARN ${text.slice(0, 600)} is not the ARN of a log group.`);
  // What is another account's, or another Region's, is not there for this call.
  if (arn.accountId !== call.accountId || arn.region !== call.region) throw groupNotFound();
  return findGroup(arn.name, call);
}

export function findStream(group: LogGroupDocument, name: string | undefined, call: Call): LogStreamDocument {
  const stream = call.state.get<LogStreamDocument>(logStreamKey(group.id, checkStreamName(name)));
  if (stream === undefined) throw streamNotFound();
  return stream;
}

export function keyOfGroup({ accountId, region, name }: LogGroupDocument): string {
  return logGroupKey(accountId, region, name);
}

/** Tells the record which group a call was about. */
export function noteGroup(group: LogGroupDocument, call: Call): void {
  call.audit.resources.push({
    type: 'AWS::Logs::LogGroup',
    ARN: `arn:aws:logs:${group.region}:${group.accountId}:log-group:${group.name}`,
    accountId: group.accountId,
  });
}
