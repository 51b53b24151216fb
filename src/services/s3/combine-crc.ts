// SPDX-License-Identifier: Apache-2.0

/** The CRC algorithms of S3: for them, the value of a whole follows from its parts' values. */
export type CrcAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME';

/** Reflected. Sources: RFC 1952 (CRC-32), RFC 3720 (CRC-32C), NVM Express NVM Command Set Specification (CRC-64/NVME). */
const polynomials: Readonly<Record<CrcAlgorithm, bigint>> = {
  CRC32: 0xedb8_8320n,
  CRC32C: 0x82f6_3b78n,
  CRC64NVME: 0x9a6c_9329_ac4b_c9b5n,
};

export function isCrc(algorithm: string): algorithm is CrcAlgorithm {
  return Object.hasOwn(polynomials, algorithm);
}

/** The checksum of the parts put together; base64 in and out, sizes in bytes. */
export function combineCrcs(
  algorithm: CrcAlgorithm,
  parts: readonly { readonly value: string; readonly size: number }[],
): string {
  const total = parts.reduce(
    (before, { value, size }) => behindOther(algorithm, before, size) ^ toNumber(value),
    0n,
  );
  const digits = algorithm === 'CRC64NVME' ? 16 : 8;
  return Buffer.from(total.toString(16).padStart(digits, '0'), 'hex').toString('base64');
}

/**
 * What becomes of a CRC when `size` zero bytes follow: a linear map over GF(2), squared for each bit of the size. The
 * ones before and after that these CRCs have cancel out when the following bytes' own CRC is added.
 */
function behindOther(algorithm: CrcAlgorithm, crc: bigint, size: number): bigint {
  if (crc === 0n) return 0n;
  let map = zeroByteMap(algorithm);
  let value = crc;
  for (let rest = BigInt(size); rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) value = applied(map, value);
    map = map.map((column) => applied(map, column));
  }
  return value;
}

/** One column for each bit: what becomes of it when a zero byte follows. */
function zeroByteMap(algorithm: CrcAlgorithm): readonly bigint[] {
  const polynomial = polynomials[algorithm];
  return Array.from({ length: algorithm === 'CRC64NVME' ? 64 : 32 }, (_, bit) => {
    let value = 1n << BigInt(bit);
    for (let step = 0; step < 8; step++)
      value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

function applied(map: readonly bigint[], value: bigint): bigint {
  let sum = 0n;
  for (let bit = 0, rest = value; rest > 0n; bit++, rest >>= 1n) if ((rest & 1n) === 1n) sum ^= map[bit]!;
  return sum;
}

function toNumber(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64').toString('hex') || '0'}`);
}
