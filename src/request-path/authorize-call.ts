// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed, Decide, PrincipalPolicies } from '../identity/access.js';
import { accessDeniedMessage } from '../identity/policy/access-denied-message.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import { principalAccountId } from '../identity/principal.js';
import { principalPolicies } from '../identity/principal-policies.js';
import type { Call, Service } from '../services/service.js';
import { WireError } from '../wire/wire-error.js';
import { type Asking, callContext, resourceContext } from './call-context.js';

export type { Asking };

/**
 * The two questions of a call (`Call.decide`, `Call.authorize`). What hangs on the caller is collected once, when the first
 * question is asked: a call that asks nothing costs nothing.
 * @param needs gets everything that is asked
 */
export function authorizeCall(
  service: Service,
  asking: Asking,
  needs?: AccessNeed[],
): Pick<Call, 'decide' | 'authorize'> {
  const decided = decisionsOf(asking);
  const decide: Decide =
    needs === undefined
      ? decided
      : (need) => {
          needs.push(need);
          return decided(need);
        };
  return {
    decide,
    authorize: (need) => {
      const decision = decide(need);
      if (decision.isAllowed) return;
      throw deniedBy(service, accessDeniedMessage(asking.principal, need, decision));
    },
  };
}

/** Answers what a caller may do, on the state as the call sees it. */
export function decisionsOf(asking: Asking): Decide {
  const { principal, state } = asking;
  let policies: PrincipalPolicies | undefined;
  let context: ContextValues | undefined;
  return (need) => {
    policies ??= principalPolicies(principal, state);
    if (isUnboundRoot(need, asking, policies)) return allowedToRoot;
    context ??= callContext(asking);
    const owner = need.resourceAccountId ?? principalAccountId(principal) ?? asking.accountId;
    return decideAccess({
      ...need,
      principal,
      policies,
      context: { ...context, ...resourceContext(owner, state), ...need.context },
    });
  };
}

/** Asks for all that an operation needs before its handler runs. Throws the service's access-denied error. */
export function authorizeNeeds(service: Service, operation: string, input: object, call: Call): void {
  for (const need of service.access?.(operation, input as never, call) ?? []) call.authorize(need);
}

const allowedToRoot: AccessDecision = { isAllowed: true, allowedBy: [] };

/**
 * The root of an account, by its own key, that no service control policy binds, with what is its own and has no policy: the
 * most common question, whose answer needs no evaluation. (A test holds this short cut against `decideAccess`.)
 */
function isUnboundRoot(
  { resourcePolicy, resourcePolicyIs, resourceAccountId }: AccessNeed,
  { principal }: Asking,
  { serviceControl, session, boundary, isGone }: PrincipalPolicies,
): boolean {
  return (
    principal.kind === 'root' &&
    principal.session === undefined &&
    resourcePolicy === undefined &&
    resourcePolicyIs !== 'required' &&
    (resourceAccountId ?? principal.accountId) === principal.accountId &&
    serviceControl.length === 0 &&
    session === undefined &&
    boundary === undefined &&
    isGone === undefined
  );
}

/**
 * The refusal in the form of the service's protocol. Source: API references of the services, "Common errors": AccessDenied
 * (403) of query and REST XML APIs, AccessDeniedException of JSON ones (400; 403 where the protocol is REST).
 */
function deniedBy({ model, accessDeniedCode }: Service, message: string): WireError {
  const [protocol] = model.protocols;
  const isJson = protocol === 'awsJson1_0' || protocol === 'awsJson1_1';
  const code = isJson || protocol === 'restJson' ? 'AccessDeniedException' : 'AccessDenied';
  return new WireError(accessDeniedCode ?? code, message, { status: isJson ? 400 : 403 });
}
