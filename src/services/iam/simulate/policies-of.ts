// SPDX-License-Identifier: Apache-2.0
import type { AttachedPolicies, UserDocument } from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { defaultDocument, findPolicy } from '../policies/find-policy.js';
import { type Entity, type EntityKind, findEntity } from '../shared/entity.js';
import { invalidInput, noSuchEntity } from '../shared/iam-error.js';
import { arnRule, InputRules } from '../shared/input-rules.js';

/** A policy that hangs on somebody, with its text. */
export interface HangingPolicy {
  /** The name of an inline one, of a managed one too. */
  readonly name: string;
  /** Managed ones have one. */
  readonly arn?: string;
  readonly text: string;
  readonly kind: EntityKind;
  /** Whom it hangs on. */
  readonly entityName: string;
}

/**
 * The user, group or role that an ARN names.
 * Throws ValidationError, InvalidInput for an ARN of something else or of another account, NoSuchEntity.
 */
export function openEntityByArn(
  state: Pick<CallState, 'get'>,
  accountId: string,
  member: string,
  arn: string,
): Entity {
  new InputRules().text(member, arn, arnRule).verify();
  const [, account, kind, name] =
    /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account === undefined || kind === undefined || name === undefined)
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const entity = account === accountId ? findEntity(state, accountId, kind as EntityKind, name) : undefined;
  if (entity?.arn !== arn) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return entity;
}

/** What gives somebody rights: inline and managed policies, of a user those of its groups too. No boundary. */
export function policiesOf(
  state: Pick<CallState, 'get'>,
  accountId: string,
  entity: Entity,
): HangingPolicy[] {
  const own = ownPolicies(state, accountId, entity);
  if (entity.kind !== 'user') return own;
  const { groupNames } = entity.document as UserDocument;
  const groups = groupNames.flatMap((name) => findEntity(state, accountId, 'group', name) ?? []);
  return [...own, ...groups.flatMap((group) => ownPolicies(state, accountId, group))];
}

function ownPolicies(state: Pick<CallState, 'get'>, accountId: string, entity: Entity): HangingPolicy[] {
  const { inlinePolicies, attachedPolicyArns }: AttachedPolicies = entity.document;
  const whose = { kind: entity.kind, entityName: entity.name };
  const inline = Object.entries(inlinePolicies).map(([name, text]) => ({ name, text, ...whose }));
  const managed = attachedPolicyArns.flatMap((arn) => {
    const policy = findPolicy(state, accountId, arn);
    return policy === undefined
      ? []
      : [{ name: policy.policyName, arn, text: defaultDocument(policy), ...whose }];
  });
  return [...inline, ...managed];
}
