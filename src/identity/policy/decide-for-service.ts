// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed, PrincipalPolicies } from '../access.js';
import type { ServicePrincipal } from '../principal.js';
import { decideAccess } from './decide-access.js';

const none: PrincipalPolicies = { identity: [], serviceControl: [] };

/** A service of Cairn that acts for itself has no policies of its own: only what the resource says lets it in. */
export function decideForService(principal: ServicePrincipal, need: AccessNeed): AccessDecision {
  return decideAccess({ ...need, principal, policies: none });
}
