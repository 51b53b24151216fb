// SPDX-License-Identifier: Apache-2.0
import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { principalArn, principalUserId } from '../../identity/principal.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';

/** Needs no permission, only a signature. Source: STS API Reference, "GetCallerIdentity". */
export const getCallerIdentity: Handler<GetCallerIdentityRequest, GetCallerIdentityResponse> = (
  _input,
  { principal, accountId },
) => {
  const arn = principalArn(principal);
  const userId = principalUserId(principal);
  if (arn === undefined || userId === undefined) {
    throw new WireError('MissingAuthenticationToken', 'Request is missing Authentication Token', {
      status: 403,
    });
  }
  return { UserId: userId, Account: accountId, Arn: arn };
};
