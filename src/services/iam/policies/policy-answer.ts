// SPDX-License-Identifier: Apache-2.0
import type { Policy, PolicyVersion } from '@aws-sdk/client-iam';
import type { PolicyVersionDocument } from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { iamDate } from '../shared/iam-date.js';
import { encodeDocument } from '../shared/policy-document.js';
import { tagsMember, toTagList } from '../shared/tags.js';
import { attachmentCount } from './attachments.js';
import type { ManagedPolicy } from './find-policy.js';

/** As ListPolicies has it: no description and tags. Source: IAM API Reference, "ListPolicies". */
export function listedPolicy(
  policy: ManagedPolicy,
  state: Pick<CallState, 'list'>,
  accountId: string,
): Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachmentCount(state, accountId, policy.arn, 'policy'),
    PermissionsBoundaryUsageCount: attachmentCount(state, accountId, policy.arn, 'boundary'),
    // AWS says so of policies of service-linked roles too.
    IsAttachable: true,
    CreateDate: iamDate(policy.createdAtMs),
    UpdateDate: iamDate(policy.updatedAtMs),
  };
}

/** As CreatePolicy answers. */
export function createdPolicy(
  policy: ManagedPolicy,
  state: Pick<CallState, 'list'>,
  accountId: string,
): Policy {
  return { ...listedPolicy(policy, state, accountId), ...tagsMember(policy.tags) };
}

/** As GetPolicy has it. */
export function wholePolicy(
  policy: ManagedPolicy,
  state: Pick<CallState, 'list'>,
  accountId: string,
): Policy {
  return {
    ...listedPolicy(policy, state, accountId),
    ...(policy.description === '' ? {} : { Description: policy.description }),
    Tags: toTagList(policy.tags),
  };
}

/** A version without its document, as CreatePolicyVersion and ListPolicyVersions have it. */
export function listedVersion(version: PolicyVersionDocument, defaultVersionId: string): PolicyVersion {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === defaultVersionId,
    CreateDate: iamDate(version.createdAtMs),
  };
}

/** With its document, as GetPolicyVersion and GetAccountAuthorizationDetails have it. */
export function wholeVersion(version: PolicyVersionDocument, defaultVersionId: string): PolicyVersion {
  return { Document: encodeDocument(version.document), ...listedVersion(version, defaultVersionId) };
}
