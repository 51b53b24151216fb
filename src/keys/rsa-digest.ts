// SPDX-License-Identifier: Apache-2.0
import {
  constants,
  createHash,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

export type DigestName = 'sha256' | 'sha384' | 'sha512';

/** DER of DigestInfo up to the digest. Source: RFC 8017, section 9.2, note 1. */
const digestInfoPrefixes: Readonly<Record<DigestName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** RSASSA-PKCS1-v1_5 over a digest that somebody else computed. Source: RFC 8017, section 8.2. */
export function signPkcs1Digest(digest: Uint8Array, name: DigestName, key: KeyObject): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(digest, name));
}

export function verifyPkcs1Digest(
  digest: Uint8Array,
  signature: Uint8Array,
  name: DigestName,
  key: KeyObject,
): boolean {
  try {
    const found = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return found.equals(digestInfo(digest, name));
  } catch {
    return false;
  }
}

function digestInfo(digest: Uint8Array, name: DigestName): Buffer {
  return Buffer.concat([Buffer.from(digestInfoPrefixes[name], 'hex'), digest]);
}

/** RSASSA-PSS with MGF1 of the same hash and a salt as long as the hash, as KMS has it. Source: RFC 8017, sections 8.1 and 9.1. */
export function signPssDigest(digest: Uint8Array, name: DigestName, key: KeyObject): Buffer {
  const bits = modulusBits(key) - 1;
  const salt = randomBytes(digest.length);
  const hash = pssHash(digest, salt, name);
  const length = Math.ceil(bits / 8);
  const block = Buffer.alloc(length - hash.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  xorMask(block, hash, name);
  clearTopBits(block, bits);
  const encoded = Buffer.concat([block, hash, Buffer.from([0xbc])]);
  return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, fullLength(encoded, key));
}

export function verifyPssDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  name: DigestName,
  key: KeyObject,
): boolean {
  const encoded = openedSignature(signature, key);
  if (encoded === undefined || encoded.at(-1) !== 0xbc) return false;
  const bits = modulusBits(key) - 1;
  const block = Buffer.from(encoded.subarray(0, encoded.length - digest.length - 1));
  const hash = encoded.subarray(block.length, -1);
  if (hasTopBits(block, bits)) return false;
  xorMask(block, hash, name);
  clearTopBits(block, bits);
  const saltStart = block.length - digest.length;
  const isPadded = block.subarray(0, saltStart - 1).every((byte) => byte === 0) && block[saltStart - 1] === 1;
  return isPadded && timingSafeEqual(hash, pssHash(digest, block.subarray(saltStart), name));
}

function openedSignature(signature: Uint8Array, key: KeyObject): Buffer | undefined {
  if (signature.length !== Math.ceil(modulusBits(key) / 8)) return undefined;
  try {
    const opened = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return opened.subarray(opened.length - Math.ceil((modulusBits(key) - 1) / 8));
  } catch {
    return undefined;
  }
}

function pssHash(digest: Uint8Array, salt: Uint8Array, name: DigestName): Buffer {
  return createHash(name).update(Buffer.alloc(8)).update(digest).update(salt).digest();
}

function xorMask(block: Buffer, seed: Uint8Array, name: DigestName): void {
  const counter = Buffer.alloc(4);
  for (let at = 0; at < block.length; ) {
    const mask = createHash(name).update(seed).update(counter).digest();
    for (const byte of mask) {
      if (at === block.length) break;
      block[at] = (block[at] as number) ^ byte;
      at += 1;
    }
    counter.writeUInt32BE(counter.readUInt32BE() + 1);
  }
}

function topMask(block: Buffer, bits: number): number {
  return 0xff >> (8 * Math.ceil(bits / 8) - bits) || (block.length === 0 ? 0 : 0xff);
}

function clearTopBits(block: Buffer, bits: number): void {
  block[0] = (block[0] as number) & topMask(block, bits);
}

function hasTopBits(block: Buffer, bits: number): boolean {
  return ((block[0] as number) & ~topMask(block, bits) & 0xff) !== 0;
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function fullLength(encoded: Buffer, key: KeyObject): Buffer {
  return Buffer.concat([Buffer.alloc(Math.ceil(modulusBits(key) / 8) - encoded.length), encoded]);
}
