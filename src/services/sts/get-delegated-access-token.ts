// SPDX-License-Identifier: Apache-2.0
import type { GetDelegatedAccessTokenRequest, GetDelegatedAccessTokenResponse } from '@aws-sdk/client-sts';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';

/**
 * Trade-in tokens are sent by AWS to product providers whose delegation requests were accepted. Nobody gives any out here,
 * so none is good. Source: STS API Reference, "GetDelegatedAccessToken"; IAM User Guide, "Temporary delegation".
 */
export const getDelegatedAccessToken: Handler<
  GetDelegatedAccessTokenRequest,
  GetDelegatedAccessTokenResponse
> = () => {
  throw new WireError('ExpiredTradeInTokenException', 'The trade-in token is expired or was never issued.', {
    status: 400,
  });
};
