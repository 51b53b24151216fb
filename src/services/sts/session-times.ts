// SPDX-License-Identifier: Apache-2.0
import type { Call } from '../service.js';

/** When a session begins and ends: in whole seconds, as answers and records have it. */
export function sessionTimes(
  { receivedAtMs }: Pick<Call, 'receivedAtMs'>,
  durationSec: number,
): { readonly issuedAtMs: number; readonly expiresAtMs: number } {
  const issuedAtMs = Math.floor(receivedAtMs / 1_000) * 1_000;
  return { issuedAtMs, expiresAtMs: issuedAtMs + durationSec * 1_000 };
}
