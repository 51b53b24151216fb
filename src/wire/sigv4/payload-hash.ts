// SPDX-License-Identifier: Apache-2.0

/**
 * What an S3 request says of its payload in `x-amz-content-sha256`.
 * Source: S3 API Reference, "Authenticating Requests: Using the Authorization Header".
 */
export type PayloadDeclaration =
  | { readonly kind: 'sha256'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  /** aws-chunked: each chunk signed or not, with trailing headers or not. */
  | { readonly kind: 'streaming'; readonly signed: boolean; readonly trailer: boolean };

export const unsignedPayload = 'UNSIGNED-PAYLOAD';

const fixedValues = new Map<string, PayloadDeclaration>([
  [unsignedPayload, { kind: 'unsigned' }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'streaming', signed: false, trailer: true }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'streaming', signed: true, trailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'streaming', signed: true, trailer: true }],
]);

/** Undefined for a value that S3 does not take. */
export function parsePayloadHash(value: string): PayloadDeclaration | undefined {
  const fixed = fixedValues.get(value);
  if (fixed !== undefined) return fixed;
  return /^[0-9a-fA-F]{64}$/.test(value) ? { kind: 'sha256', sha256: value.toLowerCase() } : undefined;
}
