// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed, Decide } from '../identity/access.js';
import { accessDeniedMessage } from '../identity/policy/access-denied-message.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import { type Principal, principalAccountId } from '../identity/principal.js';
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
  /** Knows the caller's own policies. Absent: he has none, as a service that acts for itself. */
  readonly decide?: Decide;
}

export type KeyDecision =
  | { readonly isAllowed: true; readonly isByGrant: boolean }
  | (Extract<AccessDecision, { isAllowed: false }> & { readonly isByGrant: false });

/**
 * Whether a principal may do something with a key:
 * - the key policy has to allow it: by naming the caller, or his account, whose own policies then decide. A root without
 *   such a statement may nothing, as in KMS.
 * - a grant allows what the key policy does not speak of; nobody is allowed by it what some policy denies.
 * - An anonymous caller never may, whatever the policy says: KMS has no unsigned calls.
 * Source: KMS Developer Guide, "Troubleshooting AWS KMS permissions".
 */
export function decideKeyAccess(key: KeyDocument, access: KeyAccess, state: KeyState): KeyDecision {
  const { principal } = access;
  if (principal.kind === 'anonymous') return { ...unnamed, isByGrant: false };
  const decide = access.decide ?? withoutOwnPolicies(principal);
  const need = keyNeed(key, access);
  const decision = decide(need);
  if (decision.isAllowed) return { isAllowed: true, isByGrant: false };
  const refused = { ...decision, isByGrant: false } as const;
  if (decision.effect === 'explicit' || !isGranted(key, access, state)) return refused;
  const granted = decide({ ...need, resourceGrant: 'named' });
  return granted.isAllowed ? { isAllowed: true, isByGrant: true } : { ...granted, isByGrant: false };
}

function withoutOwnPolicies(principal: Principal): Decide {
  const policies = { identity: [], serviceControl: [] };
  return (need) => decideAccess({ ...need, principal, policies });
}

/** What the key itself says: it is not for the caller. */
const unnamed = {
  isAllowed: false,
  effect: 'implicit',
  policyType: 'resource-based policy',
  matched: [],
} as const;

/** What must be allowed for an action on a key. */
function keyNeed(key: KeyDocument, { principal, action, encryptionContext, context }: KeyAccess): AccessNeed {
  const callerAccount = principalAccountId(principal);
  return {
    action,
    resource: keyArn(key),
    resourceAccountId: key.accountId,
    resourcePolicy: compiledKeyPolicy(key.policy),
    resourcePolicyIs: 'required',
    context: {
      ...keyContext(key),
      ...encryptionContextKeys(encryptionContext),
      ...(callerAccount === undefined ? {} : { 'kms:CallerAccount': callerAccount }),
      ...context,
    },
  };
}

function isGranted(key: KeyDocument, access: KeyAccess, state: KeyState): boolean {
  const operation = access.action.slice('kms:'.length);
  const grants = state.list<GrantDocument>(keyGrantsPrefix(key));
  return grants.some(({ value }) =>
    grantAllows(value, access.principal, operation, access.encryptionContext),
  );
}

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
  const decision = decideKeyAccess(key, access, state);
  if (!decision.isAllowed) throw accessDenied(access, keyArn(key), decision);
}

/** Without a decision: it is not for the key's owner alone to allow, and he does not. */
export function accessDenied(
  { principal, action }: Pick<KeyAccess, 'principal' | 'action'>,
  resource: string,
  decision: Extract<AccessDecision, { isAllowed: false }> = unnamed,
): KeyError {
  return new KeyError(
    'AccessDeniedException',
    accessDeniedMessage(principal, { action, resource }, decision),
  );
}
