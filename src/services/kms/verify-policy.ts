// SPDX-License-Identifier: Apache-2.0
import { bindPrincipals } from '../../identity/policy/bind-principals.js';
import { MalformedPolicyError } from '../../identity/policy/malformed-policy-error.js';
import type { Policy } from '../../identity/policy/policy.js';
import { keyPolicyBytesMax, parseKeyPolicy } from '../../keys/key-policy.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/**
 * Refuses a key policy that cannot be read, is too long, or would lock its giver out, unless told that this is meant.
 * Source: KMS API Reference, "CreateKey" (Policy, BypassPolicyLockoutSafetyCheck).
 */
export function verifyKeyPolicy(text: string, keyArn: string, bypass: boolean | undefined, call: Call): void {
  if (Buffer.byteLength(text) > keyPolicyBytesMax) {
    throw new WireError('LimitExceededException', `The key policy exceeds ${keyPolicyBytesMax} bytes.`);
  }
  const policy = parsed(text);
  if (bypass === true) return;
  const context = { 'kms:CallerAccount': call.accountId };
  const need = { action: 'kms:PutKeyPolicy', resource: keyArn, resourcePolicy: policy, context };
  if (!call.decide({ ...need, resourcePolicyIs: 'required' }).isAllowed)
    throw malformed('The new key policy will not allow you to update the key policy in the future.');
}

/** As it is kept: users and roles by their unique ids too, so that nobody gets in by the name of one who is gone. */
export function storedKeyPolicy(text: string, { state }: Call): string {
  return refusing(() => bindPrincipals(text, state));
}

function parsed(text: string): Policy {
  return refusing(() => parseKeyPolicy(text));
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    if (error.message === 'Invalid principal in policy')
      throw malformed('Policy contains a statement with one or more invalid principals.');
    throw malformed(error.message);
  }
}

function malformed(message: string): WireError {
  return new WireError('MalformedPolicyDocumentException', message);
}
