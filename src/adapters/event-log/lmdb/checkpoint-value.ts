// SPDX-License-Identifier: Apache-2.0
import type { Checkpoint } from '../../../ports/event-log.js';
import { toPosition } from './log-position.js';

/** `u64 sequence, JSON of the reader's document`; no JSON at all stands for an undefined document. */
export function encodeCheckpoint(sequence: number, state: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(state) ?? '');
  const value = Buffer.allocUnsafe(8 + json.length);
  value.writeBigUInt64BE(BigInt(sequence), 0);
  json.copy(value, 8);
  return value;
}

export function checkpointSequence(value: Buffer): number {
  return Number(value.readBigUInt64BE(0));
}

export function decodeCheckpoint(value: Buffer): Checkpoint {
  const json = value.toString('utf8', 8);
  return {
    position: toPosition(checkpointSequence(value)),
    state: json === '' ? undefined : JSON.parse(json),
  };
}
