// SPDX-License-Identifier: Apache-2.0
import type { GetAccountSummaryResponse } from '@aws-sdk/client-iam';
import {
  groupsPrefix,
  type ManagedPolicyDocument,
  type MfaDeviceDocument,
  managedPoliciesPrefix,
  mfaDevicesPrefix,
  oidcProvidersPrefix,
  rolesPrefix,
  usersPrefix,
} from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { rootKeyIds } from '../access-keys/key-owner.js';
import { accountOf } from '../login-profiles/new-password.js';

/** Source: IAM API Reference, "GetAccountSummary"; IAM User Guide, "IAM and AWS STS quotas …". */
const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2_048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5_120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1_000,
  PoliciesQuota: 1_500,
  PolicySizeQuota: 6_144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1_000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2_048,
  UsersQuota: 5_000,
  VersionsPerPolicyQuota: 5,
};

/** What Cairn has none of. */
const none = { AccountSigningCertificatesPresent: 0, InstanceProfiles: 0, ServerCertificates: 0 };

export const getAccountSummary: Handler<object, GetAccountSummaryResponse> = (_input, call) => {
  const { state, accountId } = call;
  const account = accountOf(call);
  const policies = state.list<ManagedPolicyDocument>(managedPoliciesPrefix(accountId));
  const devices = state.list<MfaDeviceDocument>(mfaDevicesPrefix(accountId));
  const count = (prefix: string) => state.list(prefix).length;
  const rootHasMfa = (account.rootMfaSerials ?? []).length > 0;
  const SummaryMap = {
    ...quotas,
    ...none,
    AccountAccessKeysPresent: rootKeyIds(accountId, state).length > 0 ? 1 : 0,
    AccountMFAEnabled: rootHasMfa ? 1 : 0,
    AccountPasswordPresent: account.rootPasswordHash === undefined ? 0 : 1,
    GlobalEndpointTokenVersion: account.globalEndpointTokenVersion ?? 1,
    Groups: count(groupsPrefix(accountId)),
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ value }) => value.enabled !== undefined).length,
    Policies: policies.length,
    PolicyVersionsInUse: policies.reduce((sum, { value }) => sum + value.versions.length, 0),
    Providers: count(oidcProvidersPrefix(accountId)),
    Roles: count(rolesPrefix(accountId)),
    Users: count(usersPrefix(accountId)),
  };
  const entries = Object.entries(SummaryMap).sort(([a], [b]) => (a < b ? -1 : 1));
  return { SummaryMap: Object.fromEntries(entries) };
};
