// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed } from '../identity/access.js';
import { accessDeniedMessage } from '../identity/policy/access-denied-message.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import { principalPolicies } from '../identity/principal-policies.js';
import type { Call, Service } from '../services/service.js';
import { WireError } from '../wire/wire-error.js';

/** Who calls, from where, on what state: all that a decision needs of a call. */
export type Asking = Pick<Call, 'principal' | 'accountId' | 'region' | 'request' | 'receivedAtMs' | 'state'>;

/** The two questions of a call (`Call.decide`, `Call.authorize`). */
export function authorizeCall(service: Service, asking: Asking): Pick<Call, 'decide' | 'authorize'> {
  const { principal, state } = asking;
  const decide = (need: AccessNeed): AccessDecision =>
    decideAccess({ ...need, principal, policies: principalPolicies(principal, state) });
  return {
    decide,
    authorize: (need) => {
      const decision = decide(need);
      if (decision.isAllowed) return;
      const message = accessDeniedMessage(principal, need, decision);
      throw new WireError(service.accessDeniedCode ?? 'AccessDenied', message, { status: 403 });
    },
  };
}
