// SPDX-License-Identifier: Apache-2.0
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
} from '@aws-sdk/client-iam';
import {
  type ManagedPolicyDocument,
  managedPoliciesPrefix,
  managedPolicyKey,
} from '../../../identity/iam-documents.js';
import { newUniqueId, type RandomBytes } from '../../../identity/unique-id.js';
import type { CallState, Handler } from '../../service.js';
import { alreadyExists, deleteConflict, quotaExceeded, validationError } from '../shared/iam-error.js';
import { descriptionRule, InputRules, longNameRule, verifyName } from '../shared/input-rules.js';
import { policySize, verifyPolicyDocument } from '../shared/policy-document.js';
import { verifyTags, withTags } from '../shared/tags.js';
import { isAttached } from './attachments.js';
import { openPolicy, toManagedPolicy } from './find-policy.js';
import { verifyCustomerPolicy } from './open-customer-policy.js';
import { createdPolicy, wholePolicy } from './policy-answer.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
const policiesMax = 1500;
const policySizeMax = 6144;

export function createPolicyHandler(
  randomBytes: RandomBytes,
): Handler<CreatePolicyRequest, CreatePolicyResponse> {
  return (input, { state, accountId, receivedAtMs }) => {
    const policyName = input.PolicyName ?? '';
    verifyInput(input, policyName);
    const document = input.PolicyDocument ?? '';
    verifyManagedDocument(document);
    verifyRoom(state, accountId, policyName);
    const policy: ManagedPolicyDocument = {
      accountId,
      policyName,
      policyId: newUniqueId('ANPA', randomBytes),
      path: input.Path ?? '/',
      description: input.Description ?? '',
      createdAtMs: receivedAtMs,
      updatedAtMs: receivedAtMs,
      tags: withTags({}, input.Tags, 'kept'),
      lastVersion: 1,
      defaultVersionId: 'v1',
      versions: [{ versionId: 'v1', document, createdAtMs: receivedAtMs }],
    };
    state.put(managedPolicyKey(accountId, policyName), policy);
    return { Policy: createdPolicy(toManagedPolicy(policy), state, accountId) };
  };
}

function verifyInput(input: CreatePolicyRequest, policyName: string): void {
  verifyName('policyName', policyName, longNameRule);
  new InputRules().text('path', input.Path, { min: 1, max: 512 }).verify();
  // Narrower than the paths of roles. Source: IAM API Reference, "CreatePolicy" (Path).
  if (input.Path !== undefined && !/^(?:\/[A-Za-z0-9.,+@=_-]+)*\/$/.test(input.Path))
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  new InputRules().text('description', input.Description, { max: descriptionRule.max ?? 0 }).verify();
  verifyTags(input.Tags, 'kept');
}

/** Throws MalformedPolicyDocument with the reason, or LimitExceeded. */
export function verifyManagedDocument(document: string): void {
  verifyPolicyDocument('policyDocument', document, 'identity');
  if (policySize(document) > policySizeMax) throw quotaExceeded('PolicySize', policySizeMax);
}

function verifyRoom(state: CallState, accountId: string, policyName: string): void {
  if (state.get(managedPolicyKey(accountId, policyName)) !== undefined)
    throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
  if (state.list(managedPoliciesPrefix(accountId), { limit: policiesMax }).length >= policiesMax)
    throw quotaExceeded('PoliciesPerAccount', policiesMax);
}

export const getPolicy: Handler<GetPolicyRequest, GetPolicyResponse> = (input, { state, accountId }) => ({
  Policy: wholePolicy(openPolicy(state, accountId, input.PolicyArn ?? ''), state, accountId),
});

export const deletePolicy: Handler<DeletePolicyRequest> = (input, { state, accountId }) => {
  const { arn, document } = verifyCustomerPolicy(openPolicy(state, accountId, input.PolicyArn ?? ''));
  if (isAttached(state, accountId, arn, 'policy') || isAttached(state, accountId, arn, 'boundary'))
    throw deleteConflict('Cannot delete a policy attached to entities.');
  if (document.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  state.delete(managedPolicyKey(accountId, document.policyName));
  return {};
};
