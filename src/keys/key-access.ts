// SPDX-License-Identifier: Apache-2.0
import { type Evaluation, evaluate } from '../identity/policy/evaluate.js';
import type { Statement } from '../identity/policy/policy.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import { type Principal, principalArn } from '../identity/principal.js';
import { KeyError } from './data-keys.js';
import type { EncryptionContext } from './encryption-context.js';
import { type GrantDocument, grantAllows, keyGrantsPrefix } from './grant.js';
import { type KeyDocument, keyArn } from './key.js';
import { compiledKeyPolicy } from './key-policy.js';
import type { KeyState } from './key-state.js';

export interface KeyAccess {
  readonly principal: Principal;
  /** `kms:Decrypt` */
  readonly action: string;
  readonly encryptionContext?: EncryptionContext;
  /** Further condition keys of the request; those of the key and of the principal are added. */
  readonly context?: ContextValues;
}

/**
 * Whether a principal may do something with a key:
 * - what the key policy denies, nobody may; what it allows the caller by name, by `*`, or as the root of an account that it
 *   names, the caller may. A root without such a statement may nothing, as in KMS.
 * - An Allow for an account as a whole lets that account's own policies decide; until there are users, nobody needs it.
 * - A grant allows what the policy does not speak of.
 * - An anonymous caller never may, whatever the policy says: KMS has no unsigned calls.
 * Source: KMS Developer Guide, "Troubleshooting AWS KMS permissions".
 */
export function decideKeyAccess(key: KeyDocument, access: KeyAccess, state: KeyState): Evaluation {
  const { principal } = access;
  if (principal.kind === 'anonymous') return { decision: 'implicitDeny' };
  const evaluation = policyDecision(key, access);
  if (evaluation.decision === 'explicitDeny') return evaluation;
  if (evaluation.decision === 'allow' && evaluation.grantedTo !== 'account') return evaluation;
  const grant = allowingGrant(key, access, state);
  return grant ?? { decision: 'implicitDeny' };
}

function policyDecision(
  key: KeyDocument,
  { principal, action, encryptionContext, context }: KeyAccess,
): Evaluation {
  const policy = compiledKeyPolicy(key.policy);
  if (policy === 'unreadable') return { decision: 'implicitDeny' };
  const request = {
    principal,
    action,
    resource: keyArn(key),
    context: {
      ...keyContext(key),
      ...encryptionContextKeys(encryptionContext),
      ...('accountId' in principal ? { 'kms:CallerAccount': principal.accountId } : {}),
      ...context,
    },
  };
  return evaluate(request, [policy]);
}

function allowingGrant(key: KeyDocument, access: KeyAccess, state: KeyState): Evaluation | undefined {
  const operation = access.action.slice('kms:'.length);
  const grants = state.list<GrantDocument>(keyGrantsPrefix(key));
  const grant = grants.find(({ value }) =>
    grantAllows(value, access.principal, operation, access.encryptionContext),
  );
  return grant && { decision: 'allow', statement: grantStatement, grantedTo: 'named' };
}

/** Whether it was a grant, and not the key policy, that let the caller in. */
export function isByGrant(evaluation: Evaluation): boolean {
  return evaluation.decision === 'allow' && evaluation.statement === grantStatement;
}

/** What an evaluation names as the reason when a grant was it. */
const grantStatement: Statement = {
  index: -1,
  sid: 'grant',
  effect: 'Allow',
  principals: undefined,
  actions: { inverted: false, patterns: [] },
  resources: { inverted: false, patterns: [] },
  conditions: [],
};

/** Source: KMS Developer Guide, "AWS KMS condition keys". */
function keyContext(key: KeyDocument): ContextValues {
  const tags = Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value]);
  return {
    'aws:ResourceAccount': key.accountId,
    'kms:KeySpec': key.spec,
    'kms:KeyUsage': key.usage,
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:MultiRegion': 'false',
    'kms:CustomerMasterKeySpec': key.spec,
    'kms:CustomerMasterKeyUsage': key.usage,
    ...(Object.fromEntries(tags) as ContextValues),
  };
}

function encryptionContextKeys(context: EncryptionContext | undefined): ContextValues {
  if (context === undefined) return {};
  const keys = Object.keys(context);
  const pairs = Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  return {
    ...(Object.fromEntries(pairs) as ContextValues),
    ...(keys.length === 0 ? {} : { 'kms:EncryptionContextKeys': keys }),
  };
}

/** Throws KeyError `AccessDeniedException` in KMS's words. */
export function verifyKeyAccess(key: KeyDocument, access: KeyAccess, state: KeyState): void {
  const { decision } = decideKeyAccess(key, access, state);
  if (decision !== 'allow') throw accessDenied(access, keyArn(key), decision);
}

export function accessDenied(
  { principal, action }: Pick<KeyAccess, 'principal' | 'action'>,
  resource: string,
  decision: 'implicitDeny' | 'explicitDeny' = 'implicitDeny',
): KeyError {
  const user = principal.kind === 'service' ? principal.service : (principalArn(principal) ?? 'anonymous');
  const why =
    decision === 'explicitDeny'
      ? 'with an explicit deny in a resource-based policy'
      : `because no resource-based policy allows the ${action} action`;
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return new KeyError('AccessDeniedException', message);
}
