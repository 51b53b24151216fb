// SPDX-License-Identifier: Apache-2.0
import type { ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '@aws-sdk/client-iam';
import {
  type PolicyAttachment,
  policyAttachmentKey,
  policyAttachmentsPrefix,
} from '../../../identity/iam-documents.js';
import type { CallState, Handler } from '../../service.js';
import { type Entity, type EntityKind, findEntity } from '../shared/entity.js';
import { InputRules, verifyPathPrefix } from '../shared/input-rules.js';
import { joinSources, mapSource, type PageSource, pageOf, stateSource } from '../shared/page-of.js';
import type { AttachmentUse } from './attachments.js';
import { openPolicy } from './find-policy.js';

const kinds: readonly EntityKind[] = ['group', 'user', 'role'];

/** Groups, users and roles that a managed policy hangs on, in either way unless one is asked for. */
export const listEntitiesForPolicy: Handler<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse> = (
  input,
  { state, accountId },
) => {
  verifyInput(input);
  const { PolicyArn = '' } = input;
  const { arn } = openPolicy(state, accountId, PolicyArn, 'does not exist or is not attachable');
  const { PolicyUsageFilter: usage } = input;
  const sources = kinds.filter(isWantedBy(input.EntityFilter)).flatMap((kind) => {
    const of = (use: AttachmentUse) => attachedEntities(state, accountId, { arn, kind, use }, input);
    if (usage === 'PermissionsPolicy') return [of('policy')];
    if (usage === 'PermissionsBoundary') return [of('boundary')];
    return [of('policy'), of('boundary')];
  });
  const { items, end } = pageOf(joinSources(sources), input);
  const some = (kind: EntityKind) => items.filter((entity) => entity.kind === kind);
  return {
    PolicyGroups: some('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: some('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: some('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...end,
  };
};

function verifyInput({ EntityFilter, PathPrefix, PolicyUsageFilter }: ListEntitiesForPolicyRequest): void {
  const entities = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'];
  new InputRules()
    .oneOf('entityFilter', EntityFilter, entities)
    .oneOf('policyUsageFilter', PolicyUsageFilter, ['PermissionsPolicy', 'PermissionsBoundary'])
    .verify();
  verifyPathPrefix(PathPrefix);
}

/** A filter by kinds of policies leaves no entity: policies hang on none of those. */
function isWantedBy(filter: string | undefined): (kind: EntityKind) => boolean {
  return (kind) => filter === undefined || filter.toLowerCase() === kind;
}

function attachedEntities(
  state: CallState,
  accountId: string,
  { arn, kind, use }: { readonly arn: string; readonly kind: EntityKind; readonly use: AttachmentUse },
  { PathPrefix = '/', PolicyUsageFilter }: ListEntitiesForPolicyRequest,
): PageSource<Entity> {
  const prefix = `${policyAttachmentsPrefix(accountId, arn, use)}${kind}/`;
  const entityOf = ({ name }: PolicyAttachment) => findEntity(state, accountId, kind, name);
  // Who has the policy in both ways is told once.
  const isTold = (who: PolicyAttachment) =>
    use === 'boundary' &&
    PolicyUsageFilter === undefined &&
    state.get(policyAttachmentKey(accountId, arn, 'policy', who)) !== undefined;
  const attachments = stateSource<PolicyAttachment>(
    state,
    prefix,
    (who) => !isTold(who) && entityOf(who)?.document.path.startsWith(PathPrefix) === true,
  );
  return mapSource(attachments, (who) => entityOf(who) as Entity);
}
