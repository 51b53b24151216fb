// SPDX-License-Identifier: Apache-2.0

/** Selectors that CloudTrail refuses. The message is for the caller. */
export class SelectorFault extends Error {
  override readonly name = 'SelectorFault';
}
