// SPDX-License-Identifier: Apache-2.0
import type { SignatureMode } from './signature-failure.js';

export const algorithm = 'AWS4-HMAC-SHA256';
export const scopeTerminator = 'aws4_request';

/** What a request says of who signed it, and how. Nothing of it is true before `verifySignature` has returned. */
export interface SignatureClaim {
  /** In the Authorization header, or in the query string (a presigned URL). */
  readonly mode: SignatureMode;
  readonly accessKeyId: string;
  /** The credential scope's date, `20261121`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** Lower-case, sorted. */
  readonly signedHeaders: readonly string[];
  /** As it was sent: 64 hexadecimal digits when it is any good. */
  readonly signature: string;
  /** The time of signing as it enters the string to sign, `20261121T100000Z`. */
  readonly amzDate: string;
  readonly signedAtMs: number;
  /** Where the time of signing stood: that header must be signed. */
  readonly dateSource: 'x-amz-date' | 'date' | 'query';
  /** X-Amz-Expires; in `query` mode only, and there too only S3 insists on it. */
  readonly expiresSeconds?: number;
  readonly sessionToken?: string;
}

/** `20261121/us-east-1/s3/aws4_request` */
export function credentialScope(claim: Pick<SignatureClaim, 'date' | 'region' | 'service'>): string {
  return `${claim.date}/${claim.region}/${claim.service}/${scopeTerminator}`;
}
