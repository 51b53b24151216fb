// SPDX-License-Identifier: Apache-2.0
import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@aws-sdk/client-sts';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';
import { checkLength } from './check-input.js';
import type { StsDependencies } from './sts-dependencies.js';

/** Source: STS API Reference, "DecodeAuthorizationMessage". */
export function decodeAuthorizationMessage({
  authorizationMessages,
}: StsDependencies): Handler<DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse> {
  return ({ EncodedMessage }, { accountId, receivedAtMs }) => {
    const encoded = checkLength(EncodedMessage ?? '', 'encodedMessage', 1, 10_240);
    const details = authorizationMessages.open(encoded, accountId, receivedAtMs);
    if (details !== undefined) return { DecodedMessage: details };
    throw new WireError('InvalidAuthorizationMessageException', 'Message is invalid or has expired.', {
      status: 400,
    });
  };
}
