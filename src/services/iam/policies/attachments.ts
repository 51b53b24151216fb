// SPDX-License-Identifier: Apache-2.0
//
// The index of whom managed policies hang on: written with every change of a user's, group's or role's list, so that
// AttachmentCount and PermissionsBoundaryUsageCount are true and nothing ever scans all users.
import {
  managedPolicyKey,
  type PolicyAttachment,
  policyAttachmentKey,
  policyAttachmentsPrefix,
} from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { invalidInput, noSuchEntity } from '../shared/iam-error.js';
import { arnRule, InputRules } from '../shared/input-rules.js';
import { findPolicy, type ManagedPolicy } from './find-policy.js';
import { isPolicyArn } from './policy-arn.js';

/** As a policy of permissions, or as a permissions boundary. */
export type AttachmentUse = 'policy' | 'boundary';

/** How many users, groups and roles of the account a policy hangs on. */
export function attachmentCount(
  state: Pick<CallState, 'list'>,
  accountId: string,
  policyArn: string,
  use: AttachmentUse,
): number {
  return state.list(policyAttachmentsPrefix(accountId, policyArn, use)).length;
}

export function isAttached(
  state: Pick<CallState, 'list'>,
  accountId: string,
  policyArn: string,
  use: AttachmentUse,
): boolean {
  return state.list(policyAttachmentsPrefix(accountId, policyArn, use), { limit: 1 }).length > 0;
}

/**
 * Notes that a policy hangs on somebody. A customer's policy is written along, unchanged: so whoever deletes it at the
 * same time, having seen no attachment, starts again.
 */
export function noteAttachment(
  state: CallState,
  accountId: string,
  policy: ManagedPolicy,
  use: AttachmentUse,
  who: PolicyAttachment,
): void {
  if (policy.document !== undefined)
    state.put(managedPolicyKey(accountId, policy.policyName), policy.document);
  state.put(policyAttachmentKey(accountId, policy.arn, use, who), { kind: who.kind, name: who.name });
}

export function forgetAttachment(
  state: CallState,
  accountId: string,
  policyArn: string,
  use: AttachmentUse,
  who: PolicyAttachment,
): void {
  state.delete(policyAttachmentKey(accountId, policyArn, use, who));
}

/** What hangs on somebody, as far as the index is about it. */
export interface Attached {
  readonly attachedPolicyArns: readonly string[];
  readonly permissionsBoundaryArn?: string;
}

/** Takes somebody who is deleted out of the index. */
export function forgetAttachments(
  state: CallState,
  accountId: string,
  who: PolicyAttachment,
  attached: Attached,
): void {
  for (const arn of attached.attachedPolicyArns) forgetAttachment(state, accountId, arn, 'policy', who);
  const { permissionsBoundaryArn } = attached;
  if (permissionsBoundaryArn !== undefined)
    forgetAttachment(state, accountId, permissionsBoundaryArn, 'boundary', who);
}

/** Puts somebody who is renamed into the index under the new name. */
export function renameAttachments(
  state: CallState,
  accountId: string,
  from: PolicyAttachment,
  to: PolicyAttachment,
  attached: Attached,
): void {
  forgetAttachments(state, accountId, from, attached);
  const uses = [
    ...attached.attachedPolicyArns.map((arn) => ({ arn, use: 'policy' as const })),
    ...(attached.permissionsBoundaryArn === undefined
      ? []
      : [{ arn: attached.permissionsBoundaryArn, use: 'boundary' as const }]),
  ];
  for (const { arn, use } of uses) state.put(policyAttachmentKey(accountId, arn, use, to), to);
}

/**
 * The policy that a request names as a boundary. Throws InvalidInput for what is no ARN of a policy, NoSuchEntity for a
 * policy that is not there.
 */
export function openBoundary(state: Pick<CallState, 'get'>, accountId: string, arn: string): ManagedPolicy {
  new InputRules().text('permissionsBoundary', arn, arnRule).verify();
  if (!isPolicyArn(arn)) throw invalidInput(`ARN ${arn} is not valid.`);
  const policy = findPolicy(state, accountId, arn);
  if (policy === undefined || !policy.isAttachable)
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  return policy;
}

/** A boundary as answers have it; `Policy` is what IAM says, whatever its model lists. */
export function boundaryMember(arn: string | undefined): {
  PermissionsBoundary?: {
    PermissionsBoundaryType: 'PermissionsBoundaryPolicy';
    PermissionsBoundaryArn: string;
  };
} {
  if (arn === undefined) return {};
  // Source: AWS CLI Command Reference, example of `iam get-user` with a boundary; recorded CreateRole events.
  const PermissionsBoundaryType = 'Policy' as 'PermissionsBoundaryPolicy';
  return { PermissionsBoundary: { PermissionsBoundaryType, PermissionsBoundaryArn: arn } };
}
