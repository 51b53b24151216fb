// SPDX-License-Identifier: Apache-2.0
import { parseFormPairs } from './codec/form-codec.js';
import type { WireRequest } from './http.js';

/**
 * Headers that S3 takes from the query string of a presigned URL: the SDKs for JavaScript and Ruby put `x-amz-` headers
 * there. Not x-amz-tagging, which S3 ignores in that place, and not x-amz-copy-source, which would make another
 * operation of the request. Sources: aws-sdk-go-v2, "Fix presign hoisting for x-amz-tagging header" (#1017);
 * aws-sdk-js-v3, "enable overriding hoistable headers" (#6535).
 */
const carried =
  /^x-amz-(?:meta-.+|acl|grant-[a-z-]+|storage-class|server-side-encryption(?:-aws-kms-key-id)?|website-redirect-location)$/;

/**
 * What the query of a presigned URL says in place of headers, names in lower case, the first value of each. A header
 * that is sent goes before it. Empty for every other request: only a presigned URL has its query for that.
 */
export function presignedHeaders({
  rawQuery,
}: Pick<WireRequest, 'rawQuery'>): Readonly<Record<string, string>> {
  if (!/(?:^|&)X-Amz-Signature=/.test(rawQuery) || !/(?:^|&)x-amz-[a-z]/i.test(rawQuery)) return {};
  const headers = new Map<string, string>();
  for (const [sent, value] of parseFormPairs(rawQuery)) {
    const name = sent.toLowerCase();
    // A header is a byte a character, as it comes from the socket.
    if (carried.test(name) && !headers.has(name))
      headers.set(name, Buffer.from(value, 'utf8').toString('latin1'));
  }
  return Object.fromEntries(headers);
}
