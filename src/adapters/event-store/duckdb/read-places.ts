// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventPlace, StoredEvent } from '../../../ports/event-store.js';
import { rowsOf } from './index-database.js';
import type { Places } from './places.js';
import type { RecordFiles } from './record-files.js';
import { readPlacesAtOnceMax } from './store-limits.js';
import { storedEventAt } from './stored-event.js';

/** The ordinal that a place stands for; undefined for what never was a place. */
export function ordinalOfPlace(place: EventPlace): number | undefined {
  const ordinal = Number(place);
  return /^\d{1,16}$/.test(place) && Number.isSafeInteger(ordinal) ? ordinal : undefined;
}

/** The events of places in their order; undefined for what the index does not name (any more). */
export async function readPlaces(
  source: { readonly files: RecordFiles; readonly places: Places },
  connection: DuckDBConnection,
  places: readonly EventPlace[],
): Promise<(StoredEvent | undefined)[]> {
  const events: (StoredEvent | undefined)[] = [];
  for (let from = 0; from < places.length; from += readPlacesAtOnceMax) {
    const ordinals = places.slice(from, from + readPlacesAtOnceMax).map(ordinalOfPlace);
    const placeIds = await placeIdsOf(
      connection,
      ordinals.filter((ordinal) => ordinal !== undefined),
    );
    for (const ordinal of ordinals) {
      const placeId = ordinal === undefined ? undefined : placeIds.get(ordinal);
      events.push(
        ordinal === undefined || placeId === undefined
          ? undefined
          : storedEventAt(source.files, { ordinal, place: source.places.placeAt(placeId) }),
      );
    }
  }
  return events;
}

async function placeIdsOf(
  connection: DuckDBConnection,
  ordinals: readonly number[],
): Promise<Map<number, number>> {
  if (ordinals.length === 0) return new Map();
  // The bounds let DuckDB leave out what lies outside, which a list of values alone does not.
  const bounds = [Math.min(...ordinals), Math.max(...ordinals)];
  const rows = await rowsOf(
    connection,
    `SELECT ordinal, place FROM events WHERE ordinal >= ? AND ordinal <= ? AND ordinal IN (${ordinals.map(() => '?').join(', ')})`,
    [...bounds, ...ordinals].map(BigInt),
  );
  return new Map(rows.map(([ordinal, place]) => [Number(ordinal), Number(place)]));
}
