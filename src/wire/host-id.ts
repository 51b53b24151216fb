// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';

/** S3's extended request ID (`x-amz-id-2`), opaque to callers; it follows from the request's ID. */
export function hostId(requestId: string): string {
  return hash('sha256', requestId, 'base64');
}
