// SPDX-License-Identifier: Apache-2.0

/** Source: ISO/IEC 18004, "Error correction coding": the field GF(256) by x⁸ + x⁴ + x³ + x² + 1. */
const fieldPolynomial = 0x11d;

const powers = new Uint8Array(255);
const logarithms = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  powers[exponent] = value;
  logarithms[value] = exponent;
  value = value << 1;
  if (value > 255) value ^= fieldPolynomial;
}

function product(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return powers[((logarithms[a] as number) + (logarithms[b] as number)) % 255] as number;
}

/** The product of (x − 2⁰) … (x − 2ⁿ⁻¹) without its leading 1, highest power first. */
function generator(count: number): number[] {
  const polynomial: number[] = [...Array<number>(count - 1).fill(0), 1];
  for (let root = 0; root < count; root += 1) {
    for (let at = 0; at < count; at += 1)
      polynomial[at] = product(polynomial[at] as number, powers[root] as number) ^ (polynomial[at + 1] ?? 0);
  }
  return polynomial;
}

/** The `count` error correction codewords of a block. */
export function errorCorrection(data: readonly number[], count: number): number[] {
  const divisor = generator(count);
  const remainder = Array<number>(count).fill(0);
  for (const codeword of data) {
    const factor = codeword ^ (remainder.shift() as number);
    remainder.push(0);
    for (let at = 0; at < count; at += 1)
      remainder[at] = (remainder[at] as number) ^ product(divisor[at] as number, factor);
  }
  return remainder;
}
