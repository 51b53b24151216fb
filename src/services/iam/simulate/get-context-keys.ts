// SPDX-License-Identifier: Apache-2.0
import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { MalformedPolicyError } from '../../../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../../../identity/policy/parse-policy.js';
import type { Handler } from '../../service.js';
import { invalidInput } from '../shared/iam-error.js';
import { InputRules, policyDocumentRule } from '../shared/input-rules.js';
import { contextKeysOf } from './context-keys.js';
import { openEntityByArn, policiesOf } from './policies-of.js';

export const getContextKeysForCustomPolicy: Handler<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
> = (input) => {
  const documents = input.PolicyInputList ?? [];
  verifyPolicyInputs('policyInputList', documents);
  return { ContextKeyNames: contextKeysOf(documents) };
};

export const getContextKeysForPrincipalPolicy: Handler<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
> = (input, { state, accountId }) => {
  const entity = openEntityByArn(state, accountId, 'policySourceArn', input.PolicySourceArn ?? '');
  const added = input.PolicyInputList ?? [];
  verifyPolicyInputs('policyInputList', added);
  const documents = policiesOf(state, accountId, entity).map(({ text }) => text);
  return { ContextKeyNames: contextKeysOf([...documents, ...added]) };
};

/** Throws ValidationError, or InvalidInput with the reason: simulations know no MalformedPolicyDocument. */
export function verifyPolicyInputs(
  member: string,
  documents: readonly string[],
  kind: 'identity' | 'resource' = 'identity',
): void {
  new InputRules().list(member, documents, undefined, policyDocumentRule).verify();
  documents.forEach((text, at) => {
    try {
      parsePolicy(text, kind);
    } catch (error) {
      if (!(error instanceof MalformedPolicyError)) throw error;
      throw invalidInput(`Invalid Input Policy ${member}.${at + 1}: ${error.message}`);
    }
  });
}
