// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { signText } from '../../digest/digest-signature.js';

export const signFileName = 'result_sign.json';

/** `result_1.csv.gz`; numbers begin at 1. */
export function resultFileName(number: number): string {
  return `result_${number}.csv.gz`;
}

export interface SignedFile {
  readonly fileName: string;
  /** SHA-256 of the file as it lies in the bucket, hex. */
  readonly fileHashValue: string;
}

/**
 * The sign file of delivered results. What is signed are the hashes of the files, in their order, with a space between
 * each two. Source: CloudTrail User Guide, "CloudTrail sign file structure", "Custom implementations of CloudTrail query
 * result file integrity validation".
 */
export function signFile(
  files: readonly SignedFile[],
  {
    region,
    completedAtMs,
    key,
  }: {
    readonly region: string;
    readonly completedAtMs: number;
    readonly key: { readonly fingerprint: string; readonly privateKey: KeyObject };
  },
): string {
  const document = {
    version: '1.0',
    region,
    files: files.map(({ fileHashValue, fileName }) => ({ fileHashValue, fileName })),
    hashAlgorithm: 'SHA-256',
    signatureAlgorithm: 'SHA256withRSA',
    queryCompleteTime: `${new Date(completedAtMs).toISOString().slice(0, 19)}Z`,
    hashSignature: signText(files.map(({ fileHashValue }) => fileHashValue).join(' '), key.privateKey),
    publicKeyFingerprint: key.fingerprint,
  };
  return JSON.stringify(document, null, 2);
}
