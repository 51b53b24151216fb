// SPDX-License-Identifier: Apache-2.0
import type { Tag } from '@aws-sdk/client-organizations';
import type { AccessNeed } from '../../identity/access.js';
import type { OrganizationDocument } from '../../identity/organization-documents.js';
import { type HandshakeDocument, handshakeKey } from '../../identity/organizations/handshakes.js';
import {
  accountArn,
  handshakeArn,
  isPolicyId,
  policyArn,
  resourcePolicyArn,
  resourcePolicyId,
  rootArn,
  targetArn,
} from '../../identity/organizations/organization-ids.js';
import {
  isDelegatedAdministrator,
  memberOf,
  organizationOfAccount,
  type ReadState,
} from '../../identity/organizations/organization-state.js';
import { findUnit } from '../../identity/organizations/organization-tree.js';
import { findPolicy } from '../../identity/organizations/policy-attachments.js';
import { isAwsManaged } from '../../identity/organizations/policy-types.js';
import { compiledResourcePolicy } from '../../identity/organizations/resource-policy.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { Call } from '../service.js';
import type { Operation } from './operation.js';

/** The members of inputs that say what is acted on. */
interface Named {
  readonly AccountId?: string;
  readonly TargetId?: string;
  readonly ParentId?: string;
  readonly SourceParentId?: string;
  readonly DestinationParentId?: string;
  readonly ChildId?: string;
  readonly OrganizationalUnitId?: string;
  readonly RootId?: string;
  readonly PolicyId?: string;
  readonly ResourceId?: string;
  readonly HandshakeId?: string;
  readonly Type?: string;
  readonly Filter?: unknown;
  readonly PolicyType?: string;
  readonly ServicePrincipal?: string;
  readonly Target?: { readonly Type?: string; readonly Id?: string };
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
}

type Asking = Pick<Call, 'accountId' | 'state'>;

/**
 * What a call needs to be allowed. Everything of an organization is the management account's: a caller from another
 * account needs the organization's resource policy too, unless the operation is open to its account by itself.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Organizations".
 */
export function organizationsAccess(
  name: string,
  operation: Operation,
  input: Named,
  { accountId, state }: Asking,
): readonly AccessNeed[] {
  const organization = organizationOfAccount(state, accountId);
  const context = contextOf(input, organization, state);
  const resources = resourcesOf(name, input, organization, state, accountId);
  const foreign = foreignPart(operation, organization, accountId);
  const needs = resources.map((resource) => ({
    action: `organizations:${name}`,
    resource,
    context,
    ...foreign,
  }));
  const tags = name !== 'TagResource' && (input.Tags?.length ?? 0) > 0;
  return tags
    ? [...needs, { action: 'organizations:TagResource', resource: '*', context, ...foreign }]
    : needs;
}

/** Members who are neither the management account nor let in otherwise come in by the resource policy, if at all. */
function foreignPart(
  { audience }: Operation,
  organization: OrganizationDocument | undefined,
  accountId: string,
): Partial<AccessNeed> {
  if (organization?.resourcePolicy === undefined || accountId === organization.managementAccountId) return {};
  const isLetIn =
    audience === 'delegate' || (audience === 'reader' && !isDelegatedAdministrator(organization, accountId));
  if (!isLetIn) return {};
  return {
    resourceAccountId: organization.managementAccountId,
    resourcePolicy: compiledResourcePolicy(organization.resourcePolicy),
    resourcePolicyIs: 'sufficient',
  };
}

function resourcesOf(
  name: string,
  input: Named,
  organization: OrganizationDocument | undefined,
  state: ReadState,
  callerId: string,
): readonly string[] {
  if (input.HandshakeId !== undefined) return [handshakeOf(input.HandshakeId, state)];
  if (organization === undefined) return ['*'];
  if (name === 'CreatePolicy') return [policyArn(organization, input.Type ?? '*', 'p-*', false)];
  if (name === 'PutResourcePolicy') return [resourcePolicyArn(organization, resourcePolicyId(organization))];
  if (name === 'InviteAccountToOrganization')
    return input.Target?.Type === 'ACCOUNT' ? [accountArn(organization, input.Target.Id ?? '*')] : ['*'];
  if (name === 'DescribeEffectivePolicy') return [accountArn(organization, input.TargetId ?? callerId)];
  const ids = [
    input.AccountId,
    input.TargetId,
    input.ParentId,
    input.SourceParentId,
    input.DestinationParentId,
    input.ChildId,
    input.OrganizationalUnitId,
    input.ResourceId,
  ].filter((id) => id !== undefined);
  const arns = ids.map((id) => arnOf(id, organization, state));
  if (input.RootId !== undefined) arns.push(rootArn(organization, input.RootId));
  if (input.PolicyId !== undefined) arns.push(arnOfPolicy(input.PolicyId, organization, state));
  return arns.length === 0 ? ['*'] : arns;
}

function arnOf(id: string, organization: OrganizationDocument, state: ReadState): string {
  if (id.startsWith('rp-')) return resourcePolicyArn(organization, id);
  return isPolicyId(id) ? arnOfPolicy(id, organization, state) : targetArn(organization, id);
}

function arnOfPolicy(id: string, organization: OrganizationDocument, state: ReadState): string {
  const type = findPolicy(state, organization, id)?.type ?? 'SERVICE_CONTROL_POLICY';
  return policyArn(organization, type, id, isAwsManaged(id));
}

function handshakeOf(id: string, state: ReadState): string {
  const handshake = state.get<HandshakeDocument>(handshakeKey(id));
  return handshake === undefined ? '*' : handshakeArn(handshake, handshake.action, id);
}

function contextOf(
  input: Named,
  organization: OrganizationDocument | undefined,
  state: ReadState,
): ContextValues {
  const context: Record<string, string | readonly string[] | undefined> = {};
  const type = policyTypeOf(input, organization, state);
  if (type !== undefined) context['organizations:PolicyType'] = type;
  if (input.ServicePrincipal !== undefined)
    context['organizations:ServicePrincipal'] = input.ServicePrincipal;
  const keys = input.TagKeys ?? input.Tags?.map(({ Key: key = '' }) => key);
  if (keys !== undefined && keys.length > 0) context['aws:TagKeys'] = keys;
  for (const { Key: key = '', Value: value = '' } of input.Tags ?? [])
    context[`aws:RequestTag/${key}`] = value;
  const about = input.ResourceId ?? input.TargetId ?? input.AccountId ?? input.OrganizationalUnitId;
  const tags = organization === undefined ? {} : tagsOf(about ?? input.PolicyId, organization, state);
  for (const [key, value] of Object.entries(tags)) context[`aws:ResourceTag/${key}`] = value;
  return context;
}

function policyTypeOf(
  input: Named,
  organization: OrganizationDocument | undefined,
  state: ReadState,
): string | undefined {
  const named = input.PolicyType ?? input.Type ?? input.Filter;
  if (typeof named === 'string') return named;
  const id = input.PolicyId ?? input.ResourceId;
  return organization === undefined || id === undefined
    ? undefined
    : findPolicy(state, organization, id)?.type;
}

function tagsOf(
  id: string | undefined,
  organization: OrganizationDocument,
  state: ReadState,
): Readonly<Record<string, string>> {
  if (id === undefined) return {};
  if (id === organization.rootId) return organization.rootTags;
  const document =
    memberOf(state, organization.organizationId, id) ??
    findUnit(state, organization, id) ??
    findPolicy(state, organization, id);
  return document?.tags ?? {};
}
