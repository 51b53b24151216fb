// SPDX-License-Identifier: Apache-2.0
import {
  type ManagedPolicyDocument,
  managedPolicyArn,
  managedPolicyKey,
  type PolicyVersionDocument,
  type Tags,
} from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { noSuchEntity, validationError } from '../shared/iam-error.js';
import { arnRule, InputRules } from '../shared/input-rules.js';
import { findAwsManagedPolicy } from './aws-managed-policies.js';
import { type PolicyArn, parsePolicyArn } from './policy-arn.js';

/** A managed policy, the account's own or AWS's. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly policyName: string;
  readonly policyId: string;
  readonly path: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly tags: Tags;
  readonly defaultVersionId: string;
  /** Oldest first. */
  readonly versions: readonly PolicyVersionDocument[];
  /** Policies of service-linked roles and of root tasks are for those alone. */
  readonly isAttachable: boolean;
  /** The account's own ones. */
  readonly document?: ManagedPolicyDocument;
}

export function toManagedPolicy(document: ManagedPolicyDocument): ManagedPolicy {
  const { accountId: _, lastVersion: __, ...facts } = document;
  return { ...facts, arn: managedPolicyArn(document), isAttachable: true, document };
}

/** Undefined when the account has no such policy; those of other accounts are none of its own. */
export function findPolicy(
  state: Pick<CallState, 'get'>,
  accountId: string,
  arn: string,
): ManagedPolicy | undefined {
  const parsed = parsePolicyArn(arn);
  if (parsed === undefined) return undefined;
  if (parsed.owner === 'aws') return findAwsManagedPolicy(arn);
  if (parsed.owner !== accountId) return undefined;
  const document = state.get<ManagedPolicyDocument>(managedPolicyKey(accountId, parsed.policyName));
  const policy = document === undefined ? undefined : toManagedPolicy(document);
  return policy?.arn === arn ? policy : undefined;
}

/** Throws ValidationError for what is no ARN of a policy. */
export function verifyPolicyArn(arn: string): PolicyArn {
  new InputRules().text('policyArn', arn, arnRule).verify();
  const parsed = parsePolicyArn(arn);
  if (parsed === undefined) throw validationError(`ARN ${arn} is not valid.`);
  return parsed;
}

/** How operations say that a policy is not there. */
export type MissingPolicyWords = 'was not found' | 'does not exist or is not attachable';

/** Throws ValidationError, or NoSuchEntity. */
export function openPolicy(
  state: Pick<CallState, 'get'>,
  accountId: string,
  arn: string,
  words: MissingPolicyWords = 'was not found',
): ManagedPolicy {
  verifyPolicyArn(arn);
  const policy = findPolicy(state, accountId, arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} ${words}.`);
  return policy;
}

/** The document that counts now. */
export function defaultDocument({ versions, defaultVersionId }: ManagedPolicy): string {
  return versions.find(({ versionId }) => versionId === defaultVersionId)?.document ?? '';
}
