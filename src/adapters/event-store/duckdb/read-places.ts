// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventPlace } from '../../../ports/event-store.js';
import { rowsOf } from './index-database.js';
import type { Places } from './places.js';

/** The ordinal that a place stands for; undefined for what never was a place. */
export function ordinalOfPlace(place: EventPlace): number | undefined {
  const ordinal = Number(place);
  return /^\d{1,16}$/.test(place) && Number.isSafeInteger(ordinal) ? ordinal : undefined;
}

/**
 * Of ordinals those of an account's events. The index is asked only where there are several accounts: for scattered events it
 * takes as long as reading them.
 */
export async function ownedBy(
  accountId: string,
  places: Places,
  connection: DuckDBConnection,
  ordinals: readonly number[],
): Promise<ReadonlySet<number>> {
  const ids = places.idsOf(accountId, undefined);
  if (ids.length === places.count) return new Set(ordinals);
  if (ids.length === 0 || ordinals.length === 0) return new Set();
  const owned = new Set(ids);
  // The bounds let DuckDB leave out what lies outside, which a list of values alone does not.
  const bounds = [Math.min(...ordinals), Math.max(...ordinals)];
  const rows = await rowsOf(
    connection,
    `SELECT ordinal, place FROM events WHERE ordinal >= ? AND ordinal <= ? AND ordinal IN (${ordinals.map(() => '?').join(', ')})`,
    [...bounds, ...ordinals].map(BigInt),
  );
  return new Set(rows.filter(([, place]) => owned.has(Number(place))).map(([ordinal]) => Number(ordinal)));
}
