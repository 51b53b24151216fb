// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../../../identity/policy/malformed-policy-error.js';
import { type PolicyKind, parsePolicy } from '../../../identity/policy/parse-policy.js';
import { malformedPolicyDocument } from './iam-error.js';
import { InputRules, policyDocumentRule } from './input-rules.js';

/**
 * Throws ValidationError for what is no text of a document at all, MalformedPolicyDocument with the reason for what is
 * none of that kind.
 */
export function verifyPolicyDocument(member: string, text: string, kind: PolicyKind): void {
  new InputRules().text(member, text, policyDocumentRule).verify();
  try {
    parsePolicy(text, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw malformedPolicyDocument(error.message);
  }
}

/**
 * Characters that count against quotas: white space does not.
 * Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits".
 */
export function policySize(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** Percent-encoded by RFC 3986, as IAM's answers have documents. Source: IAM API Reference, "GetRolePolicy". */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
