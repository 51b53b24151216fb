// SPDX-License-Identifier: Apache-2.0

/**
 * The key of a batch: its first sequence number, how many entries it holds and what they count against the byte
 * limit. All three in the key let the log skip, count and trim batches without reading their values, and say
 * exactly which entries were in a value that turns out to be damaged.
 */
export interface BatchKey {
  readonly first: number;
  readonly count: number;
  /** Entries before compression, import bytes included. */
  readonly bytes: number;
}

const keyBytes = 16;

export function encodeBatchKey({ first, count, bytes }: BatchKey): Buffer {
  const key = Buffer.alloc(keyBytes);
  key.writeBigUInt64BE(BigInt(first), 0);
  key.writeUInt32BE(count, 8);
  key.writeUInt32BE(bytes, 12);
  return key;
}

export function decodeBatchKey(key: Uint8Array): BatchKey {
  const view = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return {
    first: Number(view.readBigUInt64BE(0)),
    count: view.readUInt32BE(8),
    bytes: view.readUInt32BE(12),
  };
}

/** Sorts before every batch that starts at `sequence` or later, behind every earlier one. */
export function batchBound(sequence: number): Buffer {
  return encodeBatchKey({ first: sequence, count: 0, bytes: 0 });
}

export function lastSequence(key: BatchKey): number {
  return key.first + key.count - 1;
}

/** The key of one piece of an import entry's bytes. */
export function encodeChunkKey(sequence: number, chunk: number): Buffer {
  const key = Buffer.alloc(12);
  key.writeBigUInt64BE(BigInt(sequence), 0);
  key.writeUInt32BE(chunk, 8);
  return key;
}
