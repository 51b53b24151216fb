// SPDX-License-Identifier: Apache-2.0
import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import {
  type ManagedPolicyDocument,
  managedPolicyKey,
  type PolicyVersionDocument,
} from '../../../identity/iam-documents.js';
import type { CallState, Handler } from '../../service.js';
import { deleteConflict, limitExceeded, noSuchEntity } from '../shared/iam-error.js';
import { InputRules, versionIdRule } from '../shared/input-rules.js';
import { itemSource, pageOf } from '../shared/page-of.js';
import { findPolicy, type ManagedPolicy, openPolicy, verifyPolicyArn } from './find-policy.js';
import { verifyManagedDocument } from './managed-policies.js';
import { openCustomerPolicy, verifyCustomerPolicy } from './open-customer-policy.js';
import { listedVersion, wholeVersion } from './policy-answer.js';

/** Source: IAM User Guide, "Versioning IAM policies". */
const versionsMax = 5;

export const createPolicyVersion: Handler<CreatePolicyVersionRequest, CreatePolicyVersionResponse> = (
  input,
  { state, accountId, receivedAtMs },
) => {
  const missing = 'does not exist or is not attachable';
  const { document: policy } = openCustomerPolicy(state, accountId, input.PolicyArn ?? '', missing);
  const document = input.PolicyDocument ?? '';
  verifyManagedDocument(document);
  if (policy.versions.length >= versionsMax) {
    throw limitExceeded(
      `A managed policy can have up to ${versionsMax} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const lastVersion = policy.lastVersion + 1;
  const version: PolicyVersionDocument = {
    versionId: `v${lastVersion}`,
    document,
    createdAtMs: receivedAtMs,
  };
  const defaultVersionId = input.SetAsDefault === true ? version.versionId : policy.defaultVersionId;
  const changed: ManagedPolicyDocument = {
    ...policy,
    lastVersion,
    defaultVersionId,
    versions: [...policy.versions, version],
    updatedAtMs: receivedAtMs,
  };
  state.put(managedPolicyKey(accountId, policy.policyName), changed);
  return { PolicyVersion: listedVersion(version, defaultVersionId) };
};

export const getPolicyVersion: Handler<GetPolicyVersionRequest, GetPolicyVersionResponse> = (
  input,
  { state, accountId },
) => {
  const { policy, version } = openVersion(state, accountId, input);
  return { PolicyVersion: wholeVersion(version, policy.defaultVersionId) };
};

/** Newest first. */
export const listPolicyVersions: Handler<ListPolicyVersionsRequest, ListPolicyVersionsResponse> = (
  input,
  { state, accountId },
) => {
  const policy = openPolicy(state, accountId, input.PolicyArn ?? '');
  const newestFirst = policy.versions.map((version, at) => ({ version, place: `${versionsMax - at}` }));
  const { items, end } = pageOf(
    itemSource(newestFirst, ({ place }) => place),
    input,
  );
  return { Versions: items.map(({ version }) => listedVersion(version, policy.defaultVersionId)), ...end };
};

export const deletePolicyVersion: Handler<DeletePolicyVersionRequest> = (input, { state, accountId }) => {
  const { policy: found, version } = openVersion(state, accountId, input);
  const { document: policy } = verifyCustomerPolicy(found);
  if (version.versionId === policy.defaultVersionId)
    throw deleteConflict('Cannot delete the default version of a policy.');
  const versions = policy.versions.filter(({ versionId }) => versionId !== version.versionId);
  state.put(managedPolicyKey(accountId, policy.policyName), { ...policy, versions });
  return {};
};

/** UpdateDate stays: it is of the newest version. Source: IAM API Reference, "Policy" (UpdateDate). */
export const setDefaultPolicyVersion: Handler<SetDefaultPolicyVersionRequest> = (
  input,
  { state, accountId },
) => {
  const { policy: found, version } = openVersion(state, accountId, input);
  const { document: policy } = verifyCustomerPolicy(found);
  const changed: ManagedPolicyDocument = { ...policy, defaultVersionId: version.versionId };
  state.put(managedPolicyKey(accountId, policy.policyName), changed);
  return {};
};

interface NamesVersion {
  readonly PolicyArn?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** Throws ValidationError, or NoSuchEntity in one form for a policy and for a version that are not there. */
function openVersion(
  state: Pick<CallState, 'get'>,
  accountId: string,
  { PolicyArn = '', VersionId = '' }: NamesVersion,
): { policy: ManagedPolicy; version: PolicyVersionDocument } {
  new InputRules().text('versionId', VersionId, versionIdRule).verify();
  verifyPolicyArn(PolicyArn);
  const policy = findPolicy(state, accountId, PolicyArn);
  const version = policy?.versions.find(({ versionId }) => versionId === VersionId);
  if (policy === undefined || version === undefined)
    throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
  return { policy, version };
}
