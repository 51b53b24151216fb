// SPDX-License-Identifier: Apache-2.0

/** IAM knows whole seconds. */
export function iamDate(timeMs: number): Date {
  return new Date(Math.floor(timeMs / 1_000) * 1_000);
}
