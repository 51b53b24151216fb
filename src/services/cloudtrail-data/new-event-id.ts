// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';

const idBytes = 16;
/** Drawn at once, for a request of the most events and more. */
const idsDrawn = 256;
const hex = Buffer.from('0123456789abcdef');
const dash = 0x2d;
const textBytes = 36;

/**
 * UUIDs of version 4, as `crypto.randomUUID` makes them, each as one flat text: a hundred of those of Node, put together of twenty
 * pieces each, take more memory than the events of most requests.
 */
export function eventIds(fill: (bytes: Uint8Array) => void = randomFillSync): () => string {
  const random = Buffer.alloc(idBytes * idsDrawn);
  const text = Buffer.alloc(textBytes);
  let used = random.length;
  return () => {
    if (used === random.length) {
      fill(random);
      used = 0;
    }
    const start = used;
    used += idBytes;
    let at = 0;
    for (let byte = 0; byte < idBytes; byte += 1) {
      if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text[at++] = dash;
      const drawn = random[start + byte] as number;
      // Version 4, and the variant of RFC 9562, 4.1 and 5.4.
      const value = byte === 6 ? (drawn & 0x0f) | 0x40 : byte === 8 ? (drawn & 0x3f) | 0x80 : drawn;
      text[at++] = hex[value >> 4] as number;
      text[at++] = hex[value & 0x0f] as number;
    }
    return text.toString('latin1', 0, textBytes);
  };
}
