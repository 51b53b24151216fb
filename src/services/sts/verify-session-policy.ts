// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../../identity/policy/parse-policy.js';
import { WireError } from '../../wire/wire-error.js';

/** Throws MalformedPolicyDocument with the reason. */
export function verifySessionPolicy(text: string): void {
  try {
    parsePolicy(text, 'session');
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw new WireError('MalformedPolicyDocumentException', error.message, { status: 400 });
  }
}
