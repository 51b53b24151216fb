// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** Event IDs as 128 bits: four 32-bit words each, in a row. */
export const wordsPerEventId = 4;

/**
 * Writes an event ID as 128 bits at `words[index * 4]`. A UUID in lower case is its own bits, so two of them never
 * meet; any other text (records that others made up) is the front of its SHA-256.
 */
export function writeEventIdBits(eventId: string, words: Int32Array, index: number): void {
  const at = index * wordsPerEventId;
  if (eventId.length === 36 && readUuid(eventId, words, at)) return;
  const digest = createHash('sha256').update(eventId, 'utf8').digest();
  for (let word = 0; word < wordsPerEventId; word++) words[at + word] = digest.readInt32LE(word * 4);
}

/** The same as two signed 64-bit numbers, as the index holds them: [high, low]. */
export function eventIdBits(eventId: string): readonly [bigint, bigint] {
  const words = new Int32Array(wordsPerEventId);
  writeEventIdBits(eventId, words, 0);
  const wide = new BigInt64Array(words.buffer);
  return [wide[0]!, wide[1]!];
}

const DASH = 0x2d;

/** The value of each ASCII digit of a UUID in lower case; -1 for all other characters. */
const digits = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) digits[value.toString(16).charCodeAt(0)] = value;

function readUuid(text: string, words: Int32Array, at: number): boolean {
  let count = 0;
  let word = 0;
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== DASH) return false;
      continue;
    }
    const digit = digits[code] ?? -1;
    if (digit < 0) return false;
    word = (word << 4) | digit;
    if ((++count & 7) === 0) words[at + (count >> 3) - 1] = word;
  }
  return true;
}
