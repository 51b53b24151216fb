// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MacAlgorithm } from './key-spec.js';

/** Source: KMS API Reference, "GenerateMac"; RFC 2104. */
export function macOf(secret: Uint8Array, message: Uint8Array, algorithm: MacAlgorithm): Buffer {
  return createHmac(`sha${algorithm.slice(-3)}`, secret)
    .update(message)
    .digest();
}

export function isMacOf(
  mac: Uint8Array,
  secret: Uint8Array,
  message: Uint8Array,
  algorithm: MacAlgorithm,
): boolean {
  const wanted = macOf(secret, message, algorithm);
  return mac.length === wanted.length && timingSafeEqual(mac, wanted);
}
