// SPDX-License-Identifier: Apache-2.0

/** Users, groups, roles, managed policies. Source: IAM User Guide, "IAM identifiers" (Understanding unique ID prefixes). */
export type UniqueIdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'ANPA';

/** `size` bytes that nobody can foresee. */
export type RandomBytes = (size: number) => Uint8Array;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Behind the prefix, as in `AIDACKCEVSQ6C2EXAMPLE`: 85 bits, so that ids never meet. */
const randomLetters = 17;

/** A new id that was never given to anybody: whoever gets a name again is still another one. */
export function newUniqueId(prefix: UniqueIdPrefix, randomBytes: RandomBytes): string {
  return prefix + Array.from(randomBytes(randomLetters), (byte) => alphabet[byte % 32]).join('');
}
