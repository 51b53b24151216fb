// SPDX-License-Identifier: Apache-2.0
import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { type Principal, principalArn } from '../../identity/principal.js';
import type { ServiceModel } from '../../wire/service-model.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler, Service } from '../service.js';

export interface StsDependencies {
  readonly model: ServiceModel;
}

/** STS's front: who am I. */
export function createStsService(deps: StsDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'sts.amazonaws.com',
    handlers: { GetCallerIdentity: getCallerIdentity },
  };
}

/** Needs no permission, only a signature. Source: STS API Reference, "GetCallerIdentity". */
const getCallerIdentity: Handler<GetCallerIdentityRequest, GetCallerIdentityResponse> = (
  _input,
  { principal, accountId },
) => {
  const arn = principalArn(principal);
  if (arn === undefined) {
    throw new WireError('MissingAuthenticationToken', 'Request is missing Authentication Token', {
      status: 403,
    });
  }
  return { UserId: userId(principal, accountId), Account: accountId, Arn: arn };
};

/** The `aws:userid` of the principal. Source: IAM User Guide, "IAM policy elements: Variables and tags". */
function userId(principal: Principal, accountId: string): string {
  return principal.kind === 'root' ? principal.accountId : accountId;
}
