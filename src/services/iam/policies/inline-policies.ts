// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../../service.js';
import { type EntityKind, nameIn, nameMembers, openEntity } from '../shared/entity.js';
import { limitExceeded, noSuchEntity } from '../shared/iam-error.js';
import { longNameRule, verifyName } from '../shared/input-rules.js';
import { itemSource, type PageEnd, type PageRequest, pageOf } from '../shared/page-of.js';
import { encodeDocument, policySize, verifyPolicyDocument } from '../shared/policy-document.js';
import { verifyChangeable } from './attach-policy.js';

/**
 * All inline policies of one user, group or role together, in characters without white space.
 * Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits".
 */
const sizeMax = { user: 2048, group: 5120, role: 10_240 } as const;

interface NamesInlinePolicy {
  readonly PolicyName?: string | undefined;
}

/** Put{User,Group,Role}Policy: what was there under the name is replaced. */
export function putInlinePolicyOf(
  kind: EntityKind,
): Handler<NamesInlinePolicy & { readonly PolicyDocument?: string }> {
  return (input, { state, accountId }) => {
    const policyName = policyNameIn(input);
    const text = input.PolicyDocument ?? '';
    const entity = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable(entity);
    verifyPolicyDocument('policyDocument', text, 'identity');
    // A computed name is a member like any other, `__proto__` too.
    const inlinePolicies = { ...entity.document.inlinePolicies, [policyName]: text };
    const size = Object.values(inlinePolicies).reduce((sum, document) => sum + policySize(document), 0);
    if (size > sizeMax[kind])
      throw limitExceeded(
        `Maximum policy size of ${sizeMax[kind]} bytes exceeded for ${kind} ${entity.name}`,
      );
    state.put(entity.key, { ...entity.document, inlinePolicies });
    return {};
  };
}

/** Get{User,Group,Role}Policy. */
export function getInlinePolicyOf(kind: EntityKind): Handler<NamesInlinePolicy> {
  return (input, { state, accountId }) => {
    const policyName = policyNameIn(input);
    const { name, document } = openEntity(state, accountId, kind, nameIn(kind, input));
    const text = inlinePolicy(document.inlinePolicies, kind, policyName);
    return { [nameMembers[kind]]: name, PolicyName: policyName, PolicyDocument: encodeDocument(text) };
  };
}

/** Delete{User,Group,Role}Policy. */
export function deleteInlinePolicyOf(kind: EntityKind): Handler<NamesInlinePolicy> {
  return (input, { state, accountId }) => {
    const policyName = policyNameIn(input);
    const entity = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable(entity);
    inlinePolicy(entity.document.inlinePolicies, kind, policyName);
    const kept = Object.entries(entity.document.inlinePolicies).filter(([name]) => name !== policyName);
    state.put(entity.key, { ...entity.document, inlinePolicies: Object.fromEntries(kept) });
    return {};
  };
}

interface InlinePage extends PageEnd {
  readonly PolicyNames: readonly string[];
}

/** List{User,Group,Role}Policies. */
export function listInlinePoliciesOf(kind: EntityKind): Handler<PageRequest, InlinePage> {
  return (input, { state, accountId }) => {
    const { document } = openEntity(state, accountId, kind, nameIn(kind, input));
    const names = Object.keys(document.inlinePolicies);
    const { items, end } = pageOf(
      itemSource(names, (name) => name),
      input,
    );
    return { PolicyNames: items, ...end };
  };
}

function policyNameIn({ PolicyName = '' }: NamesInlinePolicy): string {
  verifyName('policyName', PolicyName, longNameRule);
  return PolicyName;
}

/** Names such as `constructor` are names of policies only where somebody made one. */
function inlinePolicy(policies: Readonly<Record<string, string>>, kind: EntityKind, name: string): string {
  const text = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (text === undefined) throw noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
  return text;
}
