// SPDX-License-Identifier: Apache-2.0
import type { Service } from '../service.js';
import { stsAccess } from './access.js';
import { assumeRole } from './assume-role.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { assumeRoot } from './assume-root.js';
import { decodeAuthorizationMessage } from './decode-authorization-message.js';
import { getAccessKeyInfo } from './get-access-key-info.js';
import { getCallerIdentity } from './get-caller-identity.js';
import { getDelegatedAccessToken } from './get-delegated-access-token.js';
import { getFederationToken } from './get-federation-token.js';
import { getSessionToken } from './get-session-token.js';
import { getWebIdentityToken } from './get-web-identity-token.js';
import type { StsDependencies } from './sts-dependencies.js';
import { unsignedOf } from './web-identity-caller.js';

export type { StsDependencies };

/** STS's front: who am I, and credentials for a while. */
export function createStsService(deps: StsDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'sts.amazonaws.com',
    access: stsAccess,
    unsigned: unsignedOf(deps),
    handlers: {
      AssumeRole: assumeRole(deps),
      AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity(deps),
      AssumeRoot: assumeRoot(deps),
      DecodeAuthorizationMessage: decodeAuthorizationMessage(deps),
      GetAccessKeyInfo: getAccessKeyInfo,
      GetCallerIdentity: getCallerIdentity,
      GetDelegatedAccessToken: getDelegatedAccessToken,
      GetFederationToken: getFederationToken(deps),
      GetSessionToken: getSessionToken(deps),
      GetWebIdentityToken: getWebIdentityToken(deps),
    },
  };
}
