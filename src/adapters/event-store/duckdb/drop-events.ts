// SPDX-License-Identifier: Apache-2.0
import type { Drop } from './drops.js';
import { type IndexDatabase, rowsOf } from './index-database.js';

export interface DroppedEvents {
  readonly count: number;
  readonly drop: Drop;
  /** The oldest event that is left; undefined when none is. */
  readonly firstOrdinal: number | undefined;
}

/**
 * Deletes the rows of events that entered before a time, and notes in the same transaction that they went: what lies in
 * immutable files stays there. Undefined where there were none.
 */
export async function dropEvents(
  database: IndexDatabase,
  timeMs: number,
  lastOrdinal: number,
): Promise<DroppedEvents | undefined> {
  const drop = { enteredBeforeMs: Math.ceil(timeMs), ordinalMax: lastOrdinal };
  const [bound, ordinalMax] = [BigInt(drop.enteredBeforeMs), BigInt(lastOrdinal)];
  const [[count] = []] = await rowsOf(
    database.writer,
    'SELECT count(*) FROM events WHERE entered_at_ms < ?',
    [bound],
  );
  if (Number(count) === 0) return undefined;
  await database.transaction(async (writer) => {
    await writer.run('INSERT INTO drops VALUES (?, ?)', [bound, ordinalMax]);
    await writer.run(
      'DELETE FROM drops WHERE entered_before_ms <= ? AND ordinal_max <= ? AND NOT (entered_before_ms = ? AND ordinal_max = ?)',
      [bound, ordinalMax, bound, ordinalMax],
    );
    await writer.run('DELETE FROM resource_terms WHERE entered_at_ms < ?', [bound]);
    await writer.run('DELETE FROM events WHERE entered_at_ms < ?', [bound]);
  });
  const [[first] = []] = await rowsOf(database.writer, 'SELECT min(ordinal) FROM events');
  return { count: Number(count), drop, firstOrdinal: first == null ? undefined : Number(first) };
}
