// SPDX-License-Identifier: Apache-2.0

const digits = 56;

/** Sequence tokens and event ids are numbers of 56 digits. Tokens are ignored since 2023, but old clients want one. */
export function toDigits(text: string): string {
  return text.padStart(digits, '0');
}
