// SPDX-License-Identifier: Apache-2.0

/**
 * Keys of waiting deliveries: lane, NUL, due time (u64 big-endian, ms), number (u64 big-endian). So a lane's deliveries
 * stand together in the order in which they are due.
 */
const numberBytes = 8;
const tailBytes = 2 * numberBytes;

export function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(numberBytes);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function decodeNumber(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE());
}

export function encodeDeliveryKey(lane: string, dueAtMs: number, number: number): Buffer {
  return Buffer.concat([
    lanePrefix(lane),
    encodeNumber(Math.max(0, Math.floor(dueAtMs))),
    encodeNumber(number),
  ]);
}

export function decodeDeliveryKey(key: Buffer): { lane: string; dueAtMs: number; number: number } {
  const tail = key.length - tailBytes;
  return {
    lane: key.toString('utf8', 0, tail - 1),
    dueAtMs: decodeNumber(key.subarray(tail, tail + numberBytes)),
    number: decodeNumber(key.subarray(tail + numberBytes)),
  };
}

/** The keys of a lane that are due by `untilMs`: LMDB's range from `start` up to, not including, `end`. */
export function laneRange(lane: string, untilMs: number): { start: Buffer; end: Buffer } {
  const prefix = lanePrefix(lane);
  const until = encodeNumber(Math.min(Math.max(0, Math.floor(untilMs) + 1), Number.MAX_SAFE_INTEGER));
  return { start: prefix, end: Buffer.concat([prefix, until]) };
}

function lanePrefix(lane: string): Buffer {
  return Buffer.from(`${lane}\0`);
}
