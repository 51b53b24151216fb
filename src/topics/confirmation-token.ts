// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Tokens have 288 hexadecimal characters, as AWS's do. The first 32 are the id of the subscription, so that it is
 * found without keeping the token; the rest is random.
 */
const idBytes = 16;
const randomPartBytes = 128;

/** Source: SNS API Reference, "Subscribe": confirmation tokens are valid for two days. */
export const tokenMsMax = 2 * 24 * 60 * 60 * 1000;

export function newConfirmationToken(subscriptionId: string): string {
  return subscriptionId.replaceAll('-', '') + randomBytes(randomPartBytes).toString('hex');
}

/** The id of the subscription that a token is for; undefined for what is no token. */
export function subscriptionIdOf(token: string): string | undefined {
  if (token.length !== 2 * (idBytes + randomPartBytes) || !/^[0-9a-f]+$/.test(token)) return undefined;
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(token);
  return parts?.slice(1).join('-');
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function isTokenOf(token: string, tokenHash: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(token), 'hex'), Buffer.from(tokenHash, 'hex'));
}
