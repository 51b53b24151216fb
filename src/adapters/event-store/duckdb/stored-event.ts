// SPDX-License-Identifier: Apache-2.0
import type { StoredEvent } from '../../../ports/event-store.js';
import { type IndexFields, indexFieldsOfBytes } from '../../../record/index-fields.js';
import { blockAddressOf, slotOf } from './ordinal.js';
import type { Place } from './parsed-batch.js';
import type { ReadableBlock } from './record-block.js';

/** An event whose text is to be read. */
export interface PlacedRow {
  readonly ordinal: number;
  /** Whose it is, and where. */
  readonly place: Place;
}

/**
 * The event of an index row, its fields derived again from its text; undefined where it was dropped meanwhile or is not
 * `wanted`. Throws DamagedBlockError.
 */
export function storedEventAt(
  files: { read(address: number): ReadableBlock | undefined },
  { ordinal, place }: PlacedRow,
  wanted: (fields: IndexFields) => boolean = () => true,
): StoredEvent | undefined {
  const bytes = files.read(blockAddressOf(ordinal))?.bytes(slotOf(ordinal));
  if (bytes === undefined) return undefined;
  const fields = indexFieldsOfBytes(bytes);
  if (!wanted(fields)) return undefined;
  const { eventId, eventName, eventSource, eventTimeMs, readOnly, username, accessKeyId, resources } = fields;
  return {
    accountId: place.accountId,
    eventId,
    eventName,
    eventSource,
    eventTimeMs,
    region: place.region,
    ...(readOnly !== undefined && { readOnly }),
    ...(username !== undefined && { username }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    resources,
    json: bytes.toString('utf8'),
  };
}
