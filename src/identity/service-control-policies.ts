// SPDX-License-Identifier: Apache-2.0
import type { NamedPolicy } from './access.js';
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationalUnitDocument,
  type OrganizationDocument,
  type OrganizationPolicyDocument,
  organizationKey,
  organizationPolicyKey,
  type PolicyTargetDocument,
  policyTargetKey,
  unitKey,
} from './organization-documents.js';
import { compiledPolicy, denyEverything } from './policy/compiled-policy.js';
import type { ContextValues } from './policy/request-context.js';

/** The policy that hangs everywhere by itself. Source: Organizations User Guide, "SCP evaluation". */
const fullAccessPolicyId = 'p-FullAWSAccess';
const fullAccessPolicyArn = `arn:aws:organizations::aws:policy/service_control_policy/${fullAccessPolicyId}`;
const fullAccessPolicyText =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

const policyType = 'SERVICE_CONTROL_POLICY';

/** Organizations allows five levels of OUs below the root; more than that is a circle in damaged documents. */
const levelsMax = 10;

interface State {
  get<T>(key: string): T | undefined;
}

export interface AccountInOrganization {
  /** By level: the root first, the account last. Empty: not subject to any. */
  readonly serviceControl: readonly (readonly NamedPolicy[])[];
  /** `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`. */
  readonly context: ContextValues;
}

const alone: AccountInOrganization = { serviceControl: [], context: {} };

/** What an account's organization means for whoever is in the account. */
export function organizationOf(accountId: string, state: State): AccountInOrganization {
  const member = state.get<MembershipDocument>(membershipKey(accountId));
  if (member === undefined) return alone;
  const { organizationId } = member;
  const organization = state.get<OrganizationDocument>(organizationKey(organizationId));
  if (organization === undefined) return alone;
  const levels = levelsAbove(member, organization.rootId, state);
  const context = {
    'aws:PrincipalOrgID': organizationId,
    'aws:PrincipalOrgPaths': [`${organizationId}/${levels.join('/')}/`],
  };
  const isSubject =
    organization.managementAccountId !== accountId &&
    organization.featureSet === 'ALL' &&
    organization.enabledPolicyTypes.includes(policyType);
  if (!isSubject) return { serviceControl: [], context };
  const targets = [...levels, accountId];
  return { serviceControl: targets.map((id) => policiesOf(organizationId, id, state)), context };
}

/** Ids of root and OUs, from the root down to where the account is. */
function levelsAbove(
  { organizationId, parentId }: MembershipDocument,
  rootId: string,
  state: State,
): string[] {
  const levels: string[] = [];
  let id: string | undefined = parentId;
  while (id !== undefined && id !== rootId && levels.length < levelsMax) {
    levels.unshift(id);
    id = state.get<OrganizationalUnitDocument>(unitKey(organizationId, id))?.parentId;
  }
  return [rootId, ...levels];
}

function policiesOf(organizationId: string, targetId: string, state: State): NamedPolicy[] {
  const target = state.get<PolicyTargetDocument>(policyTargetKey(organizationId, targetId));
  const ids = target?.policyIds ?? [fullAccessPolicyId];
  return ids.flatMap((id) => serviceControlPolicy(organizationId, id, state) ?? []);
}

/** Undefined for policies of other types, which hang on the same targets. */
function serviceControlPolicy(organizationId: string, id: string, state: State): NamedPolicy | undefined {
  if (id === fullAccessPolicyId) {
    return { name: fullAccessPolicyArn, policy: compiledPolicy(fullAccessPolicyText, 'scp') };
  }
  const document = state.get<OrganizationPolicyDocument>(organizationPolicyKey(organizationId, id));
  if (document === undefined) return { name: id, policy: denyEverything };
  if (document.type !== policyType) return undefined;
  return { name: policyArn(document, state), policy: compiledPolicy(document.content, 'scp') };
}

function policyArn({ organizationId, id }: OrganizationPolicyDocument, state: State): string {
  const owner = state.get<OrganizationDocument>(organizationKey(organizationId))?.managementAccountId ?? '';
  return `arn:aws:organizations::${owner}:policy/${organizationId}/service_control_policy/${id}`;
}
