// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../../wire/wire-error.js';
import type { Handler } from '../../service.js';
import { verifyModifiable } from '../roles/role-rules.js';
import { type Entity, type EntityKind, nameIn, openEntity } from '../shared/entity.js';
import { noSuchEntity, quotaExceeded } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { itemSource, type PageEnd, type PageRequest, pageOf } from '../shared/page-of.js';
import { forgetAttachment, noteAttachment } from './attachments.js';
import { openPolicy, verifyPolicyArn } from './find-policy.js';
import { parsePolicyArn } from './policy-arn.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas": managed policies attached to a user, group or role. */
const attachedMax = 10;

interface NamesPolicy {
  readonly PolicyArn?: string | undefined;
}

/** Attach{User,Group,Role}Policy: again is no error. */
export function attachPolicyTo(kind: EntityKind): Handler<NamesPolicy> {
  return (input, { state, accountId }) => {
    const arn = input.PolicyArn ?? '';
    verifyPolicyArn(arn);
    const entity = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable(entity);
    const policy = openPolicy(state, accountId, arn, 'does not exist or is not attachable');
    if (!policy.isAttachable)
      throw new WireError(
        'PolicyNotAttachableException',
        'Cannot attach a Service Role Policy to a Customer Role.',
      );
    const { attachedPolicyArns } = entity.document;
    if (attachedPolicyArns.includes(arn)) return {};
    if (attachedPolicyArns.length >= attachedMax)
      throw quotaExceeded(`PoliciesPer${kind[0]?.toUpperCase()}${kind.slice(1)}`, attachedMax);
    state.put(entity.key, { ...entity.document, attachedPolicyArns: [...attachedPolicyArns, arn] });
    noteAttachment(state, accountId, policy, 'policy', { kind, name: entity.name });
    return {};
  };
}

/** Detach{User,Group,Role}Policy. */
export function detachPolicyFrom(kind: EntityKind): Handler<NamesPolicy> {
  return (input, { state, accountId }) => {
    const arn = input.PolicyArn ?? '';
    verifyPolicyArn(arn);
    const { key, name, document, ...entity } = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable({ key, name, document, ...entity });
    if (!document.attachedPolicyArns.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    const attachedPolicyArns = document.attachedPolicyArns.filter((attached) => attached !== arn);
    state.put(key, { ...document, attachedPolicyArns });
    forgetAttachment(state, accountId, arn, 'policy', { kind, name });
    return {};
  };
}

/** Throws UnmodifiableEntity for a service-linked role. */
export function verifyChangeable({ document }: Entity): void {
  if ('roleName' in document) verifyModifiable(document);
}

interface AttachedPage extends PageEnd {
  readonly AttachedPolicies: readonly { readonly PolicyName: string; readonly PolicyArn: string }[];
}

/** ListAttached{User,Group,Role}Policies, by name; narrowed by the policies' paths. */
export function listAttachedPoliciesOf(
  kind: EntityKind,
): Handler<PageRequest & { readonly PathPrefix?: string }, AttachedPage> {
  return (input, { state, accountId }) => {
    const { PathPrefix = '/' } = input;
    new InputRules().text('pathPrefix', PathPrefix, { min: 1, max: 512 }).verify();
    const { document } = openEntity(state, accountId, kind, nameIn(kind, input));
    const attached = attachedPolicies(document.attachedPolicyArns).filter(({ path }) =>
      path.startsWith(PathPrefix),
    );
    // Names are unique among the account's own, and among AWS's; a blank stands in front of every letter.
    const source = itemSource(attached, ({ policyName, owner }) => `${policyName.toLowerCase()} ${owner}`);
    const { items, end } = pageOf(source, input);
    return {
      AttachedPolicies: items.map(({ policyName, arn }) => ({ PolicyName: policyName, PolicyArn: arn })),
      ...end,
    };
  };
}

/** What the ARNs of a list of attached policies say. */
export function attachedPolicies(
  arns: readonly string[],
): { arn: string; owner: string; path: string; policyName: string }[] {
  return arns.flatMap((arn) => {
    const parsed = parsePolicyArn(arn);
    return parsed === undefined ? [] : [{ arn, ...parsed }];
  });
}
