// SPDX-License-Identifier: Apache-2.0
import type { AwsApi } from './request-path/aws-api.js';
import type { OwnApi } from './request-path/own-api.js';
import { ownSigningName } from './request-path/own-api.js';
import type { Probes } from './request-path/probes.js';
import type { SigninApi } from './request-path/signin/signin-api.js';
import type { WireRequest, WireResponse } from './wire/http.js';
import { signingName } from './wire/route-request.js';

export interface Fronts {
  readonly awsApi: AwsApi;
  readonly ownApi: OwnApi;
  readonly probes: Probes;
  /** Where the console signs in; without a signature, by cookies. */
  readonly signin?: Pick<SigninApi, 'answer'>;
  /** Answers what is open to everybody: certificates that messages are signed under. Undefined for anything else. */
  readonly certificates?: (request: WireRequest) => WireResponse | undefined;
}

/**
 * Every request of the port, in the order in which it is decided whose it is. What is signed for an AWS service is
 * that service's, also where a bucket is named `metrics`; only unsigned requests can mean the probes.
 */
export function createApp({
  awsApi,
  ownApi,
  probes,
  signin,
  certificates,
}: Fronts): (request: WireRequest) => Promise<WireResponse> {
  return async (request) => {
    const name = signingName(request);
    if (name === ownSigningName) return ownApi.answer(request);
    const open =
      name === undefined
        ? ((await probes.answer(request)) ?? (await signin?.answer(request)) ?? certificates?.(request))
        : undefined;
    return open ?? awsApi.answer(request);
  };
}
