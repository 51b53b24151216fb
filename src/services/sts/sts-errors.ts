// SPDX-License-Identifier: Apache-2.0
import { type Principal, principalArn } from '../../identity/principal.js';
import { WireError } from '../../wire/wire-error.js';

/** Source: STS API Reference, "Common Errors". */
export function validationError(message: string): WireError {
  return new WireError('ValidationError', message, { status: 400 });
}

export function accessDenied(message: string): WireError {
  return new WireError('AccessDenied', message, { status: 403 });
}

/** Says no more than who wanted what: whether a role of another account is there at all is not the caller's to know. */
export function notAuthorized(principal: Principal, action: string, resource: string): WireError {
  const who = principalArn(principal);
  // The bearer of a token has no ARN. Source: the answers of AssumeRoleWithWebIdentity.
  if (who === undefined) return accessDenied(`Not authorized to perform ${action}`);
  return accessDenied(`User: ${who} is not authorized to perform: ${action} on resource: ${resource}`);
}
