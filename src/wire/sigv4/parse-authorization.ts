// SPDX-License-Identifier: Apache-2.0
import { queryPairs, type WireRequest } from '../http.js';
import { parseHeaderClaim } from './parse-header-claim.js';
import { parseQueryClaim } from './parse-query-claim.js';
import type { SignatureClaim } from './signature-claim.js';
import { SignatureFailure } from './signature-failure.js';

export type SignedRequestParts = Pick<WireRequest, 'headers' | 'rawQuery'>;

/**
 * Who the request says has signed it; undefined when it carries no authentication at all.
 * Throws SignatureFailure for authentication that cannot be read or is of a kind that is not served (SigV2, SigV4A).
 * Source: IAM User Guide, "Elements of an AWS API request signature"; S3 API Reference, "Authenticating Requests:
 * Using the Authorization Header" and "… Using Query Parameters".
 */
export function parseAuthorization(request: SignedRequestParts): SignatureClaim | undefined {
  const header = Object.hasOwn(request.headers, 'authorization') ? request.headers.authorization : undefined;
  const parameters = authParameters(request.rawQuery);
  if (header !== undefined && parameters !== undefined) {
    throw new SignatureFailure({ code: 'multipleMechanisms' });
  }
  if (header !== undefined) return parseHeaderClaim(header, request.headers);
  return parameters === undefined ? undefined : parseQueryClaim(parameters, request.headers);
}

/** The query parameters, the first of each name, when there is authentication among them. */
function authParameters(rawQuery: string): ReadonlyMap<string, string> | undefined {
  // Most requests have no such query: look before decoding all of it.
  if (!/(?:^|&)(?:X-Amz-(?:Algorithm|Credential|Signature)|AWSAccessKeyId)=/.test(rawQuery)) return undefined;
  const parameters = new Map<string, string>();
  for (const [name, value] of queryPairs(rawQuery)) {
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}
