// SPDX-License-Identifier: Apache-2.0
import { blockRecordsMax } from './store-limits.js';

/*
 * Every event has an ordinal: it grows in order of arrival, is never used again, and says where the record's text is.
 * It is the address of the record's block (a count of all block bytes ever written to this store) times 1,024, plus
 * the record's slot in the block. Addresses up to 2^43 (8 TB of compressed records) keep it inside of what a double
 * holds exactly.
 */

export function toOrdinal(blockAddress: number, slot: number): number {
  return blockAddress * blockRecordsMax + slot;
}

export function blockAddressOf(ordinal: number): number {
  return Math.floor(ordinal / blockRecordsMax);
}

export function slotOf(ordinal: number): number {
  return ordinal % blockRecordsMax;
}
