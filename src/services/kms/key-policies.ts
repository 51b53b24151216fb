// SPDX-License-Identifier: Apache-2.0
import type {
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  PutKeyPolicyRequest,
} from '@aws-sdk/client-kms';
import { shownPolicyText } from '../../identity/policy/bind-principals.js';
import { KeyError } from '../../keys/data-keys.js';
import { keyArn } from '../../keys/key.js';
import type { Handler } from '../service.js';
import { authorizedKey, noteChanged, putKey } from './key-request.js';
import { pageOfList } from './paging.js';
import { storedKeyPolicy, verifyKeyPolicy } from './verify-policy.js';

/** The one that a key has. */
const policyName = 'default';

/** Source: KMS API Reference, "PutKeyPolicy". */
export const putKeyPolicy: Handler<PutKeyPolicyRequest, object> = (input, call) => {
  verifyPolicyName(input.PolicyName);
  const policy = input.Policy ?? '';
  const bypass = input.BypassPolicyLockoutSafetyCheck;
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:PutKeyPolicy',
    context: { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass ?? false) },
  });
  verifyKeyPolicy(policy, keyArn(key), bypass, call);
  putKey({ ...key, policy: storedKeyPolicy(policy, call) }, call);
  noteChanged(key, call);
  return {};
};

export const getKeyPolicy: Handler<GetKeyPolicyRequest, GetKeyPolicyResponse> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:GetKeyPolicy' });
  verifyPolicyName(input.PolicyName);
  return { Policy: shownPolicyText(key.policy, call.state), PolicyName: policyName };
};

export const listKeyPolicies: Handler<ListKeyPoliciesRequest, ListKeyPoliciesResponse> = (input, call) => {
  authorizedKey(input.KeyId, call, { action: 'kms:ListKeyPolicies' });
  const { items, ...page } = pageOfList([policyName], input, { byDefault: 100, max: 1000 });
  return { PolicyNames: [...items], ...page };
};

function verifyPolicyName(name: string | undefined): void {
  if (name !== undefined && name !== policyName)
    throw new KeyError('NotFoundException', 'No such policy exists');
}
