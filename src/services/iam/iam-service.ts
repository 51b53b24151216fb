// SPDX-License-Identifier: Apache-2.0
import { PasswordsBusyError } from '../../identity/passwords.js';
import { WireError } from '../../wire/wire-error.js';
import type { ParityNote, Service } from '../service.js';
import { iamAccess } from './access.js';
import type { IamDependencies } from './iam-dependencies.js';
import { outboundFederationHandlers } from './outbound-federation/outbound-federation.js';
import { peopleHandlers } from './people-handlers.js';
import { partlyRolesAndPolicies, roleAndPolicyHandlers } from './role-and-policy-handlers.js';

export type { IamDependencies };

const virtualOnly: ParityNote = { missing: 'security keys and hardware tokens' };

const partly: Readonly<Record<string, ParityNote>> = {
  ...partlyRolesAndPolicies,
  CreateLoginProfile: { missing: 'the password of the root by an AssumeRoot session' },
  EnableMFADevice: virtualOnly,
  SetSecurityTokenServicePreferences: { missing: 'kept and shown only: all tokens work in every Region' },
};

/** IAM's front: who is there, and what hangs on them. Source: IAM API Reference, version 2010-05-08. */
export function createIamService(deps: IamDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'iam.amazonaws.com',
    handlers: {
      ...peopleHandlers(deps),
      ...roleAndPolicyHandlers(deps.randomBytes),
      ...outboundFederationHandlers(deps),
    },
    access: iamAccess,
    partly,
    translateError,
  };
}

function translateError(error: unknown): unknown {
  return error instanceof PasswordsBusyError
    ? new WireError('Throttling', 'Rate exceeded', { status: 400, cause: error })
    : error;
}
