// SPDX-License-Identifier: Apache-2.0
import type { ListPoliciesRequest, ListPoliciesResponse } from '@aws-sdk/client-iam';
import { type ManagedPolicyDocument, managedPoliciesPrefix } from '../../../identity/iam-documents.js';
import type { CallState, Handler } from '../../service.js';
import { InputRules } from '../shared/input-rules.js';
import {
  itemSource,
  joinSources,
  mapSource,
  type PageSource,
  pageOf,
  stateSource,
} from '../shared/page-of.js';
import { type AttachmentUse, isAttached } from './attachments.js';
import { listAwsManagedPolicies } from './aws-managed-policies.js';
import { type ManagedPolicy, toManagedPolicy } from './find-policy.js';
import { listedPolicy } from './policy-answer.js';

/** The account's own policies by name, then AWS's. */
export const listPolicies: Handler<ListPoliciesRequest, ListPoliciesResponse> = (
  input,
  { state, accountId },
) => {
  verifyInput(input);
  const isWanted = filterOf(input, state, accountId);
  const none: PageSource<ManagedPolicy> = () => [];
  const { Scope = 'All' } = input;
  const source = joinSources([
    Scope === 'AWS' ? none : customerPolicies(state, accountId, isWanted),
    Scope === 'Local' ? none : awsPolicies(isWanted),
  ]);
  const { items, end } = pageOf(source, input);
  return { Policies: items.map((policy) => listedPolicy(policy, state, accountId)), ...end };
};

function verifyInput({ Scope, PathPrefix, PolicyUsageFilter }: ListPoliciesRequest): void {
  new InputRules()
    .oneOf('scope', Scope, ['All', 'AWS', 'Local'])
    .oneOf('policyUsageFilter', PolicyUsageFilter, ['PermissionsPolicy', 'PermissionsBoundary'])
    .text('pathPrefix', PathPrefix, {
      min: 1,
      max: 512,
      pattern: String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`,
    })
    .verify();
}

type IsWanted = (policy: ManagedPolicy) => boolean;

/** Without a usage filter, attached is what hangs on somebody in either way. */
function filterOf(input: ListPoliciesRequest, state: CallState, accountId: string): IsWanted {
  const { PathPrefix = '/', OnlyAttached, PolicyUsageFilter } = input;
  const uses: readonly AttachmentUse[] =
    PolicyUsageFilter === 'PermissionsPolicy'
      ? ['policy']
      : PolicyUsageFilter === 'PermissionsBoundary'
        ? ['boundary']
        : ['policy', 'boundary'];
  const mustBeUsed = OnlyAttached === true || PolicyUsageFilter !== undefined;
  return ({ arn, path }) =>
    path.startsWith(PathPrefix) &&
    (!mustBeUsed || uses.some((use) => isAttached(state, accountId, arn, use)));
}

export function customerPolicies(
  state: CallState,
  accountId: string,
  isWanted: IsWanted,
): PageSource<ManagedPolicy> {
  const documents = stateSource<ManagedPolicyDocument>(state, managedPoliciesPrefix(accountId), (document) =>
    isWanted(toManagedPolicy(document)),
  );
  return mapSource(documents, toManagedPolicy);
}

export function awsPolicies(isWanted: IsWanted): PageSource<ManagedPolicy> {
  return itemSource(listAwsManagedPolicies().filter(isWanted), ({ policyName }) => policyName);
}
