// SPDX-License-Identifier: Apache-2.0
import { deserialize, serialize } from 'node:v8';
import type { StoredEvent } from '../../../../ports/event-store.js';
import type { IndexFields } from '../../../../record/index-fields.js';
import type { AttributeFilter } from '../lookup-sql.js';
import type { ReadableBlock } from '../record-block.js';
import { type PlacedRow, storedEventAt } from '../stored-event.js';

/** Events on their way between threads. Sending them as they are takes four times as long, and that in every thread. */
export type EventsPart = Uint8Array<ArrayBufferLike>;

export interface PackedEvents {
  readonly count: number;
  readonly events: EventsPart;
}

/** As `matchingEvents`, for another thread, that takes the buffer over. */
export function packedEvents(...asked: Parameters<typeof matchingEvents>): PackedEvents {
  const found = matchingEvents(...asked);
  return { count: found.length, events: serialize(found) };
}

export function unpackedEvents(part: EventsPart): StoredEvent[] {
  return deserialize(part) as StoredEvent[];
}

/**
 * The events of rows in their order, without those that a hash alone brought here and those that were dropped meanwhile.
 * Throws DamagedBlockError.
 */
export function matchingEvents(
  files: { read(address: number): ReadableBlock | undefined },
  rows: readonly PlacedRow[],
  attributes: readonly AttributeFilter[],
): StoredEvent[] {
  const events: StoredEvent[] = [];
  const wanted = (fields: IndexFields): boolean =>
    attributes.every((attribute) => matches(fields, attribute));
  for (const row of rows) {
    const event = storedEventAt(files, row, wanted);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function matches(fields: IndexFields, { key, value }: AttributeFilter): boolean {
  switch (key) {
    case 'EventId':
      return fields.eventId === value;
    case 'EventName':
      return fields.eventName === value;
    case 'EventSource':
      return fields.eventSource === value;
    case 'Username':
      return fields.username === value;
    case 'AccessKeyId':
      return fields.accessKeyId === value;
    case 'ReadOnly':
      return fields.readOnly === value.toLowerCase();
    case 'ResourceType':
      return fields.resources.some(({ type }) => type === value);
    case 'ResourceName':
      return fields.resources.some(({ name }) => name === value);
  }
}
