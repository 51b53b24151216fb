// SPDX-License-Identifier: Apache-2.0
import type {
  CreateAccountRequest,
  CreateAccountResponse,
  DescribeCreateAccountStatusRequest,
  DescribeCreateAccountStatusResponse,
  ListCreateAccountStatusRequest,
  ListCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations';
import { accountKey } from '../../identity/account-documents.js';
import {
  type AccountCreationDocument,
  accountCreationKey,
  accountCreationsOf,
} from '../../identity/organizations/account-creations.js';
import { isEmailAddress } from '../../identity/organizations/email-address.js';
import {
  isCreateAccountId,
  newAccountId,
  newCreateAccountId,
} from '../../identity/organizations/organization-ids.js';
import { accountCreationsAtOnceMax } from '../../identity/organizations/organization-quotas.js';
import { noteChange } from '../../identity/organizations/organization-state.js';
import { byManagement, byReaders, type Operations, type OrganizationCall } from './operation.js';
import {
  constraint,
  invalidInput,
  refusal,
  verifyForm,
  verifyLength,
  verifyOneOf,
} from './organizations-error.js';
import { pageOf } from './page.js';
import { toCreateAccountStatus } from './shapes.js';
import { verifiedTags } from './tags.js';

export const createAccountOperations: Operations = {
  CreateAccount: byManagement(createAccount),
  DescribeCreateAccountStatus: byReaders(describeCreateAccountStatus),
  ListCreateAccountStatus: byReaders(listCreateAccountStatus),
};

/** Notes the request; `pipelines/account-jobs` does it. Source: Organizations API Reference, "CreateAccount". */
function createAccount(input: CreateAccountRequest, on: OrganizationCall): CreateAccountResponse {
  const { state, organization, call, nowMs, random } = on;
  const { organizationId } = organization;
  const creations = accountCreationsOf(state, organizationId);
  if (creations.filter((one) => one.state === 'IN_PROGRESS').length >= accountCreationsAtOnceMax)
    throw constraint(
      'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED',
      `You cannot create more than ${accountCreationsAtOnceMax} accounts at a time.`,
    );
  noteChange(state, organizationId, call.requestId);
  const creation: AccountCreationDocument = {
    id: newCreateAccountId(random),
    organizationId,
    accountName: verifiedName(input.AccountName),
    email: verifiedEmail(input.Email),
    roleName: verifiedRoleName(input.RoleName),
    iamUserAccessToBilling: verifyOneOf(input.IamUserAccessToBilling ?? 'ALLOW', ['ALLOW', 'DENY']),
    tags: verifiedTags(input.Tags),
    state: 'IN_PROGRESS',
    requestedAtMs: nowMs,
    accountId: freeAccountId(on),
  };
  state.put(accountCreationKey(organizationId, creation.id), creation);
  return { CreateAccountStatus: toCreateAccountStatus(creation) };
}

function verifiedName(name = ''): string {
  verifyLength('accountName', name, 1, 50);
  if (/^[ -~]+$/.test(name)) return name;
  throw invalidInput('INVALID_PATTERN', 'You provided a value that does not match the required pattern.');
}

function verifiedEmail(email = ''): string {
  verifyLength('email', email, 6, 64);
  if (isEmailAddress(email)) return email;
  throw invalidInput('INVALID_PATTERN', 'You provided a value that does not match the required pattern.');
}

function verifiedRoleName(name = 'OrganizationAccountAccessRole'): string {
  if (/^[\w+=,.@-]{1,64}$/.test(name) && !/^AWSServiceRoleFor/i.test(name)) return name;
  throw invalidInput(
    'INVALID_ROLE_NAME',
    "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
  );
}

function freeAccountId({ state, random }: OrganizationCall): string {
  for (;;) {
    const id = newAccountId(random);
    if (state.get(accountKey(id)) === undefined) return id;
  }
}

function describeCreateAccountStatus(
  input: DescribeCreateAccountStatusRequest,
  { state, organization }: OrganizationCall,
): DescribeCreateAccountStatusResponse {
  const id = verifyForm(input.CreateAccountRequestId, isCreateAccountId);
  const creation = state.get<AccountCreationDocument>(accountCreationKey(organization.organizationId, id));
  if (creation === undefined) {
    const message = 'You specified a create account request that does not exist.';
    throw refusal('CreateAccountStatusNotFound', message);
  }
  return { CreateAccountStatus: toCreateAccountStatus(creation) };
}

function listCreateAccountStatus(
  input: ListCreateAccountStatusRequest,
  { state, organization }: OrganizationCall,
): ListCreateAccountStatusResponse {
  const wanted = input.States?.map((one) => verifyOneOf(one, ['IN_PROGRESS', 'SUCCEEDED', 'FAILED'])) ?? [];
  const creations = accountCreationsOf(state, organization.organizationId).filter(
    (creation) => wanted.length === 0 || wanted.includes(creation.state),
  );
  const { items, ...next } = pageOf(creations, ({ id }) => id, input);
  return { CreateAccountStatuses: items.map(toCreateAccountStatus), ...next };
}
