// SPDX-License-Identifier: Apache-2.0
import type { ListPublicKeysRequest, ListPublicKeysResponse, PublicKey } from '@aws-sdk/client-cloudtrail';
import { type DigestKeyDocument, digestKeysOf } from '../../trails/digest-key.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';

/**
 * The public keys of this Region that are valid at some moment from StartTime to EndTime; both are now when they are left
 * out. One page holds them all: there are about 18 a year, and NextToken is "reserved for future use".
 * Source: CloudTrail API Reference, "ListPublicKeys".
 */
export const listPublicKeys: Handler<ListPublicKeysRequest, ListPublicKeysResponse> = (input, call) => {
  if (input.NextToken !== undefined)
    throw new WireError('InvalidTokenException', 'The pagination token is not valid.');
  const startMs = timeOf('StartTime', input.StartTime) ?? call.receivedAtMs;
  const endMs = timeOf('EndTime', input.EndTime) ?? call.receivedAtMs;
  if (startMs > endMs)
    throw new WireError('InvalidTimeRangeException', 'Invalid time range: StartTime is after EndTime.');
  const keys = digestKeysOf(call.state, call.region);
  const valid = keys.filter((key) => key.validFromMs <= endMs && startMs <= key.validUntilMs);
  return { PublicKeyList: valid.map(toPublicKey).reverse() };
};

function timeOf(name: string, time: Date | undefined): number | undefined {
  if (time === undefined) return undefined;
  const timeMs = time.getTime();
  if (Number.isNaN(timeMs) || timeMs < 0)
    throw new WireError('InvalidTimeRangeException', `${name} is outside the range of possible values.`);
  return timeMs;
}

function toPublicKey(key: DigestKeyDocument): PublicKey {
  return {
    Value: Buffer.from(key.publicKey, 'base64'),
    ValidityStartTime: new Date(key.validFromMs),
    ValidityEndTime: new Date(key.validUntilMs),
    Fingerprint: key.fingerprint,
  };
}
