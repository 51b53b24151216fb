// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import type { WireRequest } from '../http.js';

/** A request for tests; `address` is the path with its query string. */
export function sampleRequest(
  method: string,
  address: string,
  headers: Readonly<Record<string, string>> = {},
): WireRequest {
  const mark = address.indexOf('?');
  return {
    requestId: 'request-1',
    method,
    rawPath: mark < 0 ? address : address.slice(0, mark),
    rawQuery: mark < 0 ? '' : address.slice(mark + 1),
    headers,
    body: Readable.from([]),
    sourceIp: '127.0.0.1',
    receivedAtMs: 0,
  };
}

/** The Authorization header of a request signed for a service, as far as routing looks at it. */
export function scopeOf(service: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  };
}
