// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../../identity/policy/request-context.js';
import { type GrantDocument, isPrincipalOf, keyGrantsPrefix } from '../../keys/grant.js';
import type { KeyDocument } from '../../keys/key.js';
import { keyArn } from '../../keys/key.js';
import { accessDenied, decideKeyAccess } from '../../keys/key-access.js';
import type { Call } from '../service.js';

/**
 * Who may make grants by a grant only, may give no more than that one gives: its operations, and its constraints at least.
 * Source: KMS Developer Guide, "Granting CreateGrant permission".
 * @param context the condition keys of CreateGrant
 */
export function verifyDelegation(
  key: KeyDocument,
  grant: GrantDocument,
  call: Call,
  context: ContextValues,
): void {
  const { principal } = call;
  // All that the policy was asked with: without a condition's key it may allow what it does not allow with it.
  const access = { principal, action: 'kms:CreateGrant', context, decide: call.decide };
  if (!decideKeyAccess(key, access, call.state).isByGrant) return;
  const parents = call.state
    .list<GrantDocument>(keyGrantsPrefix(key))
    .map(({ value }) => value)
    .filter(
      (one) => isPrincipalOf(one.granteePrincipal, principal) && one.operations.includes('CreateGrant'),
    );
  if (parents.some((parent) => covers(parent, grant))) return;
  throw accessDenied({ principal, action: 'kms:CreateGrant' }, keyArn(key));
}

function covers(parent: GrantDocument, child: GrantDocument): boolean {
  return (
    child.operations.every((operation) => parent.operations.includes(operation)) && isAsStrict(parent, child)
  );
}

function isAsStrict({ constraints: parent }: GrantDocument, { constraints: child }: GrantDocument): boolean {
  const includes = (all: Readonly<Record<string, string>>, part: Readonly<Record<string, string>>) =>
    Object.entries(part).every(([key, value]) => Object.hasOwn(all, key) && all[key] === value);
  if (parent === undefined) return true;
  const { subset = {}, equals } = parent;
  const given = child?.equals ?? child?.subset ?? {};
  if (!includes(given, subset)) return false;
  return (
    equals === undefined ||
    (child?.equals !== undefined && includes(child.equals, equals) && includes(equals, child.equals))
  );
}
