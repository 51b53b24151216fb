// SPDX-License-Identifier: Apache-2.0
import type { DigestHead } from './digest-document.js';

/**
 * The text whose signature a digest carries: end time, place, SHA-256 (hex) of the uncompressed document, and the
 * signature of the digest before it (`null` in a starting digest, the word).
 * Source: CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity validation"; the word `null` in
 * the AWS CLI, `customizations/cloudtrail/validation.py`, `_create_string_to_sign`.
 */
export function signedText(
  digest: Pick<DigestHead, 'digestEndTime' | 'digestS3Bucket' | 'digestS3Object' | 'previousDigestSignature'>,
  documentSha256: string,
): string {
  const place = `${digest.digestS3Bucket}/${digest.digestS3Object}`;
  return [digest.digestEndTime, place, documentSha256, digest.previousDigestSignature ?? 'null'].join('\n');
}
