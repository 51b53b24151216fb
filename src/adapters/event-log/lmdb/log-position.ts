// SPDX-License-Identifier: Apache-2.0
import { type Position, START } from '../../../ports/event-log.js';

/** 2^53 in hex has 14 digits; the width is fixed so that positions sort as strings. */
const positionDigits = 14;

/** The position just behind the entry with this sequence number; entries count from 1. */
export function toPosition(sequence: number): Position {
  if (sequence === 0) return START;
  return sequence.toString(16).padStart(positionDigits, '0') as Position;
}

/** The sequence number of the entry that the position stands behind. Throws TypeError for a foreign text. */
export function toSequence(position: Position): number {
  if (position === START) return 0;
  if (!/^[0-9a-f]{14}$/.test(position))
    throw new TypeError(`not a position of this log: ${JSON.stringify(position)}`);
  return Number.parseInt(position, 16);
}
