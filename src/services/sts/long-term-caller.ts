// SPDX-License-Identifier: Apache-2.0
import type { Principal, RootPrincipal, UserPrincipal } from '../../identity/principal.js';
import { accessDenied } from './sts-errors.js';

/** Sessions of a root are an hour at most, whatever was asked. Source: STS API Reference, "GetSessionToken". */
const rootSecondsMax = 3_600;

/** Users and roots with their own keys: no session makes another one of this kind. */
export function longTermCaller(principal: Principal, operation: string): RootPrincipal | UserPrincipal {
  if ((principal.kind === 'root' || principal.kind === 'user') && principal.session === undefined)
    return principal;
  throw accessDenied(`Cannot call ${operation} with session credentials`);
}

export function longTermSeconds(caller: RootPrincipal | UserPrincipal, durationSec: number): number {
  return caller.kind === 'root' ? Math.min(durationSec, rootSecondsMax) : durationSec;
}
