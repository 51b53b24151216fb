// SPDX-License-Identifier: Apache-2.0

/** Why Cairn cannot work on a data directory or listen as it was told, in words for the one who started it. */
export class CannotStartError extends Error {
  override readonly name = 'CannotStartError';
}
