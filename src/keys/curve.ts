// SPDX-License-Identifier: Apache-2.0

/** A short Weierstrass curve y² = x³ + ax + b over the integers modulo p, with a base point of prime order n. */
export interface Curve {
  readonly p: bigint;
  readonly a: bigint;
  readonly n: bigint;
  readonly base: Point;
  /** Length of a coordinate. */
  readonly bytes: number;
}

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** By OpenSSL's names. Sources: SEC 2, "Recommended Elliptic Curve Domain Parameters"; NIST SP 800-186. */
const curves: Readonly<Record<string, Curve>> = {
  secp256k1: {
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    base: {
      x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
      y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
    },
    bytes: 32,
  },
  prime256v1: {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    a: -3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    base: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    },
    bytes: 32,
  },
  secp384r1: {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    a: -3n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    base: {
      x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    },
    bytes: 48,
  },
  secp521r1: {
    p: 2n ** 521n - 1n,
    a: -3n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    base: {
      x: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
      y: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    },
    bytes: 66,
  },
};

export function curveNamed(name: string): Curve {
  const curve = curves[name];
  if (curve === undefined) throw new Error(`no curve ${name}`);
  return curve;
}

export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** The inverse modulo a prime. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [mod(value, modulus), modulus, 1n, 0n];
  while (a > 1n) {
    if (b === 0n) throw new RangeError('zero has no inverse');
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return mod(x, modulus);
}

/** Jacobian coordinates: (X/Z², Y/Z³); Z = 0 is the point at infinity. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };

/**
 * u·G + v·Q. For public values only: its time depends on them. Undefined for the point at infinity.
 */
export function sumOfMultiples(curve: Curve, u: bigint, v: bigint, q: Point): Point | undefined {
  const base = { ...curve.base, z: 1n };
  const other = { ...q, z: 1n };
  const both = add(curve, base, other);
  let sum = infinity;
  for (let bit = BigInt(curve.bytes * 8) - 1n; bit >= 0n; bit -= 1n) {
    sum = double(curve, sum);
    const takes = [(u >> bit) & 1n, (v >> bit) & 1n];
    if (takes[0] === 1n) sum = add(curve, sum, takes[1] === 1n ? both : base);
    else if (takes[1] === 1n) sum = add(curve, sum, other);
  }
  return toAffine(curve, sum);
}

function toAffine({ p }: Curve, { x, y, z }: Jacobian): Point | undefined {
  if (z === 0n) return undefined;
  const zInverse = inverse(z, p);
  const square = mod(zInverse * zInverse, p);
  return { x: mod(x * square, p), y: mod(y * square * zInverse, p) };
}

/** Source: Explicit-Formulas Database, "Jacobian coordinates", dbl-2007-bl. */
function double({ p, a }: Curve, point: Jacobian): Jacobian {
  if (point.z === 0n || point.y === 0n) return infinity;
  const { x, y, z } = point;
  const xx = mod(x * x, p);
  const yy = mod(y * y, p);
  const yyyy = mod(yy * yy, p);
  const zz = mod(z * z, p);
  const s = mod(4n * x * yy, p);
  const m = mod(3n * xx + a * zz * zz, p);
  const newX = mod(m * m - 2n * s, p);
  return { x: newX, y: mod(m * (s - newX) - 8n * yyyy, p), z: mod(2n * y * z, p) };
}

/** Source: Explicit-Formulas Database, "Jacobian coordinates", add-2007-bl. */
function add(curve: Curve, one: Jacobian, two: Jacobian): Jacobian {
  if (one.z === 0n) return two;
  if (two.z === 0n) return one;
  const { p } = curve;
  const z1 = mod(one.z * one.z, p);
  const z2 = mod(two.z * two.z, p);
  const u1 = mod(one.x * z2, p);
  const u2 = mod(two.x * z1, p);
  const s1 = mod(one.y * two.z * z2, p);
  const s2 = mod(two.y * one.z * z1, p);
  if (u1 === u2) return s1 === s2 ? double(curve, one) : infinity;
  const h = u2 - u1;
  const r = s2 - s1;
  const hh = mod(h * h, p);
  const hhh = mod(h * hh, p);
  const v = mod(u1 * hh, p);
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: mod(one.z * two.z * h, p) };
}
