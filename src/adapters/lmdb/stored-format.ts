// SPDX-License-Identifier: Apache-2.0
import type { Database } from 'lmdb';

const formatKey = Buffer.from('format');

/**
 * Compares the format that a store was written in with the one that this version reads; an empty store gets it.
 * @param meta the store's table of facts about itself
 * @param isEmpty whether nothing was ever stored
 * @returns undefined when they agree, else the stored one (`(none)` for a store with contents that names none)
 */
export function otherFormat(
  meta: Database<Buffer, Buffer>,
  isEmpty: () => boolean,
  format: number,
): string | undefined {
  const stored = meta.getBinary(formatKey)?.toString();
  if (stored === String(format)) return undefined;
  if (stored !== undefined || !isEmpty()) return stored ?? '(none)';
  meta.putSync(formatKey, Buffer.from(String(format)));
  return undefined;
}
