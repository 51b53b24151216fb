// SPDX-License-Identifier: Apache-2.0
import type { PrincipalPolicies } from './access.js';
import type { Principal } from './principal.js';

/** The state as far as policies are read from it. */
export interface PolicyState {
  get<T>(key: string): T | undefined;
}

/** Collects what hangs on a principal and has a say, compiled. */
export function principalPolicies(_principal: Principal, _state: PolicyState): PrincipalPolicies {
  return { identity: [], serviceControl: [] };
}
