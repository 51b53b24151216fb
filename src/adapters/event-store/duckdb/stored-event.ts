// SPDX-License-Identifier: Apache-2.0
import type { StoredEvent } from '../../../ports/event-store.js';
import { type IndexFields, indexFieldsOf } from '../../../record/index-fields.js';
import { blockAddressOf, slotOf } from './ordinal.js';
import type { Places } from './places.js';
import type { RecordFiles } from './record-files.js';

/**
 * The event of an index row, its fields derived again from its text; undefined where it was dropped meanwhile or is not
 * `wanted`. Throws DamagedBlockError.
 */
export function storedEventAt(
  source: { readonly files: RecordFiles; readonly places: Places },
  row: { readonly ordinal: number; readonly placeId: number },
  wanted: (fields: IndexFields) => boolean = () => true,
): StoredEvent | undefined {
  const json = source.files.read(blockAddressOf(row.ordinal))?.json(slotOf(row.ordinal));
  if (json === undefined) return undefined;
  const fields = indexFieldsOf(json);
  if (!wanted(fields)) return undefined;
  const { eventId, eventName, eventSource, eventTimeMs, readOnly, username, accessKeyId, resources } = fields;
  return {
    eventId,
    eventName,
    eventSource,
    eventTimeMs,
    region: source.places.placeAt(row.placeId).region,
    ...(readOnly !== undefined && { readOnly }),
    ...(username !== undefined && { username }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    resources,
    json,
  };
}
