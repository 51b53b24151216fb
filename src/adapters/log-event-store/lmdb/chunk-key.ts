// SPDX-License-Identifier: Apache-2.0

/**
 * Where a chunk is, as both tables write it: `streams-chunks` under stream, time, sequence; `groups-chunks` under group,
 * time, sequence, with the stream behind. All numbers are big-endian, so that keys sort as the numbers do.
 *
 *     u48 owner · u48 least timestamp · u48 sequence · u48 greatest timestamp [ · u48 stream ]
 */
export interface ChunkRef {
  /** Numbers that the store gave to stream ids. */
  readonly stream: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Counts chunks of the whole store; equal timestamps are in the order of it. */
  readonly sequence: number;
}

const numberBytes = 6;
/** The greatest number in six bytes: in ms, some 8,900 years. */
export const numberMax = 2 ** 48 - 1;

export function encodeStreamChunkKey({ stream, fromMs, sequence, toMs }: ChunkRef): Buffer {
  return encode(stream, fromMs, sequence, toMs);
}

export function encodeGroupChunkKey(group: number, { stream, fromMs, sequence, toMs }: ChunkRef): Buffer {
  return encode(group, fromMs, sequence, toMs, stream);
}

export function decodeStreamChunkKey(key: Buffer): ChunkRef {
  return { stream: number(key, 0), fromMs: number(key, 1), sequence: number(key, 2), toMs: number(key, 3) };
}

export function decodeGroupChunkKey(key: Buffer): ChunkRef {
  return { stream: number(key, 4), fromMs: number(key, 1), sequence: number(key, 2), toMs: number(key, 3) };
}

/** The least key of an owner's chunks that begin at `fromMs` or later. */
export function chunkKeyFrom(owner: number, fromMs: number): Buffer {
  return encode(owner, Math.min(Math.max(fromMs, 0), numberMax));
}

/** Behind every key of an owner's chunks that begin at `fromMs` or before. */
export function chunkKeyBehind(owner: number, fromMs: number): Buffer {
  return fromMs >= numberMax ? encode(owner + 1) : encode(owner, Math.max(fromMs, -1) + 1);
}

function encode(...numbers: readonly number[]): Buffer {
  const key = Buffer.allocUnsafe(numbers.length * numberBytes);
  for (const [at, value] of numbers.entries()) key.writeUIntBE(value, at * numberBytes, numberBytes);
  return key;
}

function number(key: Buffer, at: number): number {
  return key.readUIntBE(at * numberBytes, numberBytes);
}
