// SPDX-License-Identifier: Apache-2.0
import type { RandomText } from '../../identity/organizations/organization-ids.js';
import { organizationOfAccount } from '../../identity/organizations/organization-state.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Call, Handler, Service } from '../service.js';
import { organizationsAccess } from './access.js';
import { accountOperations } from './account-operations.js';
import { admit } from './admit.js';
import { attachmentOperations } from './attachment-operations.js';
import { createAccountOperations } from './create-account-operations.js';
import { handshakeOperations } from './handshake-operations.js';
import { inviteOperations } from './invite-operations.js';
import type { Operation, Operations } from './operation.js';
import { organizationOperations } from './organization-operations.js';
import { policyOperations } from './policy-operations.js';
import { policyTypeOperations } from './policy-type-operations.js';
import { resourcePolicyOperations } from './resource-policy-operations.js';
import { serviceAccessOperations } from './service-access-operations.js';
import { tagOperations } from './tag-operations.js';
import { unitOperations } from './unit-operations.js';

export interface OrganizationsDependencies {
  readonly model: ServiceModel;
  readonly random: RandomText;
}

/** Every operation, with who may call it. */
export const organizationsOperations: Operations = {
  ...organizationOperations,
  ...accountOperations,
  ...createAccountOperations,
  ...handshakeOperations,
  ...inviteOperations,
  ...unitOperations,
  ...policyOperations,
  ...attachmentOperations,
  ...policyTypeOperations,
  ...serviceAccessOperations,
  ...resourcePolicyOperations,
  ...tagOperations,
};

/** Organizations' front: accounts, roots and units, and policies over them. */
export function createOrganizationsService({ model, random }: OrganizationsDependencies): Service {
  const handlers = Object.entries(organizationsOperations).map(
    ([name, operation]) => [name, handlerOf(name, operation, random)] as const,
  );
  return {
    model,
    eventSource: 'organizations.amazonaws.com',
    handlers: Object.fromEntries(handlers),
    accessDeniedCode: 'AccessDeniedException',
    access: (name: string, input: object, call: Call) => {
      const operation = organizationsOperations[name];
      return operation === undefined ? undefined : organizationsAccess(name, operation, input, call);
    },
    partly: {
      CreatePolicy: { missing: 'resource control policies' },
      DescribeEffectivePolicy: { missing: 'checks of what a type of policy may say beyond its operators' },
      EnablePolicyType: { missing: 'resource control policies' },
    },
  };
}

function handlerOf(name: string, operation: Operation, random: RandomText): Handler {
  return (input: object, call: Call) => {
    const { state, accountId, receivedAtMs: nowMs } = call;
    const on = { call, state, accountId, nowMs, random };
    if (operation.audience === 'anyone')
      return operation.run(input, { ...on, organization: organizationOfAccount(state, accountId) });
    return operation.run(input, { ...on, organization: admit(name, operation, input, call) });
  };
}
