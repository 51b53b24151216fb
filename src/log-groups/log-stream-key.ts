// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { logStreamsOf } from './log-group.js';

/** Keys of state hold 1,000 bytes; a stream's name may have 512 characters, in UTF-8 three times as many bytes. */
const nameBytesMax = 800;

/**
 * The state key of a stream. A name too long for a key keeps its beginning, so that the order of names stays what it is
 * but among names that share 800 bytes.
 */
export function logStreamKey(groupId: string, name: string): string {
  return logStreamsOf(groupId) + keyName(name);
}

/** What every key of a stream whose name begins like this begins with. */
export function logStreamKeyPrefix(groupId: string, namePrefix: string): string {
  return logStreamsOf(groupId) + beginning(namePrefix);
}

function keyName(name: string): string {
  const start = beginning(name);
  return start === name ? name : `${start}\u0001${createHash('sha256').update(name).digest('hex')}`;
}

/** Whole characters of at most `nameBytesMax` bytes. */
function beginning(text: string): string {
  if (Buffer.byteLength(text) <= nameBytesMax) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > nameBytesMax) break;
    end += character.length;
  }
  return text.slice(0, end);
}
