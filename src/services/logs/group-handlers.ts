// SPDX-License-Identifier: Apache-2.0
import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DeleteRetentionPolicyRequest,
  PutLogGroupDeletionProtectionRequest,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { type LogGroupClass, type LogGroupDocument, logGroupKey } from '../../log-groups/log-group.js';
import { retentionDaysAllowed } from '../../log-groups/retention.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { checkGroupName, checkOneOf } from './check-members.js';
import { findGroup, findGroupBy, keyOfGroup, noteGroup } from './find-group.js';
import { checkTags, tagsPerGroupMax, withTags } from './group-tags.js';
import type { LogsDependencies } from './logs-dependencies.js';
import { invalidParameter } from './logs-errors.js';

const classes: readonly LogGroupClass[] = ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'];

/** Source: CloudWatch Logs API Reference, "CreateLogGroup". */
export function createLogGroupHandler({
  randomId,
}: Pick<LogsDependencies, 'randomId'>): Handler<CreateLogGroupRequest> {
  return (input, call) => {
    const name = checkGroupName(input.logGroupName);
    if (/^aws\//i.test(name)) throw invalidParameter('Log groups starting with AWS/ are reserved for AWS.');
    refuseKey(input.kmsKeyId);
    const logGroupClass = checkOneOf(input.logGroupClass ?? 'STANDARD', 'logGroupClass', classes);
    if (input.tags !== undefined) checkTags(input.tags);
    const tags = withTags({}, input.tags ?? {});
    if (tags === undefined) throw invalidParameter(`A log group can have at most ${tagsPerGroupMax} tags.`);
    const key = logGroupKey(call.accountId, call.region, name);
    if (call.state.get(key) !== undefined)
      throw new WireError('ResourceAlreadyExistsException', 'The specified log group already exists');
    const group: LogGroupDocument = {
      id: randomId(),
      name,
      accountId: call.accountId,
      region: call.region,
      createdAtMs: call.receivedAtMs,
      logGroupClass,
      // Source: the same page: events of this class are kept for one day.
      ...(logGroupClass === 'DELIVERY' ? { retentionDays: 1 } : {}),
      ...(input.deletionProtectionEnabled === true ? { deletionProtected: true } : {}),
      tags,
    };
    call.state.put(key, group);
    noteGroup(group, call);
    return {};
  };
}

/** A group that says it is encrypted under its owner's key and is not would be worse than none. */
function refuseKey(kmsKeyId: string | undefined): void {
  if (kmsKeyId === undefined) return;
  const message = 'Log groups under a KMS key (kmsKeyId) are not implemented by Cairn yet.';
  throw new WireError('NotImplemented', message, { status: 501 });
}

/** Streams and events go with the group's id: what is left of them is removed in the background. */
export const deleteLogGroup: Handler<DeleteLogGroupRequest> = (input, call) => {
  const group = findGroup(input.logGroupName, call);
  noteGroup(group, call);
  if (group.deletionProtected === true) {
    const message =
      'The log group has deletion protection enabled. Disable it before you delete the log group.';
    throw new WireError('ValidationException', message);
  }
  call.state.delete(keyOfGroup(group));
  return {};
};

export const putRetentionPolicy: Handler<PutRetentionPolicyRequest> = (input, call) => {
  const group = findGroup(input.logGroupName, call);
  noteGroup(group, call);
  const retentionDays = checkOneOf(input.retentionInDays, 'retentionInDays', retentionDaysAllowed);
  refuseRetentionOfDelivery(group);
  put({ ...group, retentionDays }, call);
  return {};
};

export const deleteRetentionPolicy: Handler<DeleteRetentionPolicyRequest> = (input, call) => {
  const group = findGroup(input.logGroupName, call);
  noteGroup(group, call);
  refuseRetentionOfDelivery(group);
  const { retentionDays: _, ...kept } = group;
  put(kept, call);
  return {};
};

function refuseRetentionOfDelivery({ logGroupClass }: LogGroupDocument): void {
  if (logGroupClass === 'DELIVERY')
    throw invalidParameter('The retention of log groups of the DELIVERY class cannot be changed.');
}

export const putLogGroupDeletionProtection: Handler<PutLogGroupDeletionProtectionRequest> = (input, call) => {
  const group = findGroupBy({ logGroupIdentifier: input.logGroupIdentifier }, call);
  noteGroup(group, call);
  const { deletionProtected: _, ...kept } = group;
  put(input.deletionProtectionEnabled === true ? { ...kept, deletionProtected: true } : kept, call);
  return {};
};

function put(group: LogGroupDocument, call: Call): void {
  call.state.put(keyOfGroup(group), group);
}
