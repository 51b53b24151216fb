// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';

/** `AKIA` of long-lived keys, `ASIA` of temporary ones. Source: IAM User Guide, "IAM identifiers", "Unique identifiers". */
export type AccessKeyPrefix = 'AKIA' | 'ASIA';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Behind the prefix stand 80 bits: one that is set, 40 of the account, 39 at random. */
const idBits = 80n;
const accountBits = 40n;
const randomBits = idBits - 1n - accountBits;

/** 16 to 128 word characters. Source: IAM API Reference, "AccessKey" (AccessKeyId). */
export function isAccessKeyId(text: string): boolean {
  return /^\w{16,128}$/.test(text);
}

/**
 * A new id that carries its account, as AWS's do: `GetAccessKeyInfo` can then name the account of temporary keys, which
 * nothing keeps. It proves nothing: whoever decides anything by a key looks it up or opens its token.
 */
export function newAccessKeyId(prefix: AccessKeyPrefix, accountId: string): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`) & ((1n << randomBits) - 1n);
  const bits = (1n << (idBits - 1n)) | (BigInt(accountId) << randomBits) | random;
  const digits = Array.from(
    { length: 16 },
    (_, place) => alphabet[Number((bits >> BigInt(75 - 5 * place)) & 31n)],
  );
  return `${prefix}${digits.join('')}`;
}

/** The account that an id carries; undefined for an id of another form. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  const digits = /^A[KS]IA([A-Z2-7]{16})$/.exec(accessKeyId)?.[1];
  if (digits === undefined) return undefined;
  let bits = 0n;
  for (const digit of digits) bits = (bits << 5n) | BigInt(alphabet.indexOf(digit));
  const account = (bits >> randomBits) & ((1n << accountBits) - 1n);
  const isOurs = bits >> (idBits - 1n) === 1n && account < 1_000_000_000_000n;
  return isOurs ? account.toString().padStart(12, '0') : undefined;
}
