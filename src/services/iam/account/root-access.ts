// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../../../identity/organization-documents.js';
import {
  isDelegatedAdministrator,
  organizationOfAccount,
} from '../../../identity/organizations/organization-state.js';
import { type RootAccessDocument, rootAccessKey } from '../../../identity/root-access.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';

/** As Organizations knows IAM: trusted access and delegated administrators are under this name. */
const servicePrincipal = 'iam.amazonaws.com';

/** Source: IAM User Guide, "Centrally manage root access for member accounts". */
type Feature = 'RootCredentialsManagement' | 'RootSessions';

interface FeaturesAnswer {
  readonly OrganizationId: string;
  readonly EnabledFeatures: Feature[];
}

export const listOrganizationsFeatures: Handler<object, FeaturesAnswer> = (_input, call) =>
  shownFeatures(rootAccessOf(administeredOrganization(call), call));

export const enableFeature =
  (feature: Feature): Handler<object, FeaturesAnswer> =>
  (_input, call) =>
    switchFeature(feature, true, call);

export const disableFeature =
  (feature: Feature): Handler<object, FeaturesAnswer> =>
  (_input, call) =>
    switchFeature(feature, false, call);

function switchFeature(feature: Feature, isOn: boolean, call: Call): FeaturesAnswer {
  const access = rootAccessOf(administeredOrganization(call), call);
  const member = feature === 'RootSessions' ? 'rootSessions' : 'rootCredentialsManagement';
  const changed: RootAccessDocument = { ...access, [member]: isOn };
  call.state.put(rootAccessKey(access.organizationId), changed);
  return shownFeatures(changed);
}

function rootAccessOf({ organizationId }: OrganizationDocument, { state }: Call): RootAccessDocument {
  const known = state.get<RootAccessDocument>(rootAccessKey(organizationId));
  return known ?? { organizationId, rootSessions: false, rootCredentialsManagement: false };
}

function shownFeatures(access: RootAccessDocument): FeaturesAnswer {
  return {
    OrganizationId: access.organizationId,
    EnabledFeatures: [
      ...(access.rootCredentialsManagement ? (['RootCredentialsManagement'] as const) : []),
      ...(access.rootSessions ? (['RootSessions'] as const) : []),
    ],
  };
}

/** The organization that the caller's account administers for IAM. Source: IAM API Reference, "ListOrganizationsFeatures". */
function administeredOrganization({ state, accountId }: Call): OrganizationDocument {
  const organization = organizationOfAccount(state, accountId);
  if (organization === undefined)
    throw refusal('OrganizationNotFoundException', 'Your account is not a member of an organization.');
  const isAdministrator =
    organization.managementAccountId === accountId ||
    isDelegatedAdministrator(organization, accountId, servicePrincipal);
  if (!isAdministrator)
    throw refusal(
      'AccountNotManagementOrDelegatedAdministratorException',
      'Your account is neither the management account of its organization nor a delegated administrator for IAM.',
    );
  if (organization.featureSet !== 'ALL')
    throw refusal(
      'OrganizationNotInAllFeaturesModeException',
      'Your organization does not have all features enabled.',
    );
  if (!Object.hasOwn(organization.trustedServices, servicePrincipal))
    throw refusal(
      'ServiceAccessNotEnabledException',
      `Trusted access for ${servicePrincipal} is not enabled in your organization.`,
    );
  return organization;
}

function refusal(code: string, message: string): WireError {
  return new WireError(code, message, { status: 400 });
}
