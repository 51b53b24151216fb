// SPDX-License-Identifier: Apache-2.0
import { createECDH, type KeyObject, randomBytes } from 'node:crypto';
import { type Curve, curveNamed, inverse, mod, type Point, sumOfMultiples } from './curve.js';

/**
 * ECDSA over a digest that somebody else computed. Node's crypto always hashes first; so only what touches no secret, or
 * touches it behind a random factor, is computed here, and the multiplication of the base point by the secret nonce is
 * OpenSSL's. Source: FIPS 186-5, section 6.4.
 * @returns DER (SEQUENCE of r and s)
 */
export function signDigest(digest: Uint8Array, privateKey: KeyObject, curveName: string): Buffer {
  const curve = curveNamed(curveName);
  const { d } = privateKey.export({ format: 'jwk' });
  const secret = toNumber(Buffer.from(d ?? '', 'base64url'));
  const z = digestNumber(digest, curve);
  for (;;) {
    const nonce = randomScalar(curve);
    const r = mod(multipleX(curveName, nonce, curve), curve.n);
    // The factor hides the secret and the nonce from whoever can measure how long big numbers take.
    const factor = randomScalar(curve);
    const s = mod(
      inverse(mod(nonce * factor, curve.n), curve.n) *
        (mod(factor * z, curve.n) + mod(mod(factor * secret, curve.n) * r, curve.n)),
      curve.n,
    );
    if (r !== 0n && s !== 0n) return toDer(r, s);
  }
}

export function verifyDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
  curveName: string,
): boolean {
  const curve = curveNamed(curveName);
  const parts = parseDer(signature);
  if (parts === undefined) return false;
  const [r, s] = parts;
  if (r < 1n || r >= curve.n || s < 1n || s >= curve.n) return false;
  const w = inverse(s, curve.n);
  const z = digestNumber(digest, curve);
  const point = sumOfMultiples(curve, mod(z * w, curve.n), mod(r * w, curve.n), pointOf(publicKey));
  return point !== undefined && mod(point.x, curve.n) === r;
}

function pointOf(publicKey: KeyObject): Point {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { x: toNumber(Buffer.from(x, 'base64url')), y: toNumber(Buffer.from(y, 'base64url')) };
}

/** The leftmost bits of the digest, as many as the order has. */
function digestNumber(digest: Uint8Array, { n }: Curve): bigint {
  const excess = digest.length * 8 - n.toString(2).length;
  const number = toNumber(digest);
  return mod(excess > 0 ? number >> BigInt(excess) : number, n);
}

/** 64 bits more than the order has, so that no value is likelier than another. FIPS 186-5, A.3.1. */
function randomScalar({ n, bytes }: Curve): bigint {
  return mod(toNumber(randomBytes(bytes + 8)), n - 1n) + 1n;
}

function multipleX(curveName: string, scalar: bigint, { bytes }: Curve): bigint {
  const ecdh = createECDH(curveName);
  ecdh.setPrivateKey(Buffer.from(scalar.toString(16).padStart(bytes * 2, '0'), 'hex'));
  return toNumber(ecdh.getPublicKey().subarray(1, 1 + bytes));
}

function toNumber(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

function toDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  const length = body.length < 128 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

/** Undefined for what is not exactly one DER SEQUENCE of two positive INTEGERs. */
function parseDer(signature: Uint8Array): [r: bigint, s: bigint] | undefined {
  const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  const isLong = bytes[1] === 0x81;
  const start = isLong ? 3 : 2;
  if (bytes[0] !== 0x30 || bytes[isLong ? 2 : 1] !== bytes.length - start) return undefined;
  const first = parseInteger(bytes, start);
  const second = first && parseInteger(bytes, first.end);
  return second?.end === bytes.length && first !== undefined ? [first.value, second.value] : undefined;
}

function parseInteger(bytes: Buffer, at: number): { value: bigint; end: number } | undefined {
  const length = bytes[at + 1] ?? 0;
  const end = at + 2 + length;
  if (bytes[at] !== 0x02 || length === 0 || length > 67 || end > bytes.length) return undefined;
  const content = bytes.subarray(at + 2, end);
  const isNegative = (content[0] ?? 0) >= 0x80;
  const isPadded = content[0] === 0 && length > 1 && (content[1] ?? 0) < 0x80;
  return isNegative || isPadded ? undefined : { value: toNumber(content), end };
}
