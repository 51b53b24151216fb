// SPDX-License-Identifier: Apache-2.0

/** A setting that cannot be meant. The message names it and says what would be right. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
