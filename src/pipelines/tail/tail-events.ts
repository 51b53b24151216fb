// SPDX-License-Identifier: Apache-2.0
import type { EventLog, Position, StoredEntry } from '../../ports/event-log.js';
import type { StoredEvent } from '../../ports/event-store.js';
import { type IndexFields, indexFieldsOf } from '../../record/index-fields.js';
import { hasAttributes, isInScope, type TailFilter } from './matches-query.js';

/** One answer ends behind the entry that brings it to this many events; the next goes on from there. */
export const tailEventsMax = 500;

/** Entries read at once, in which nothing may be selected. */
const readEntriesMax = 1_000;
const readBytesMax = 4 * 1024 ** 2;

export interface TailRequest {
  /** `position` of the answer before; from now on by default. */
  readonly from?: Position;
  readonly filter: TailFilter;
  /** How long to wait for the first event that the filter selects, ms. */
  readonly waitMs: number;
}

export interface TailAnswer {
  /** In the order of the log; empty when none came in time. */
  readonly events: readonly StoredEvent[];
  readonly position: Position;
}

/**
 * The next events that a filter selects, straight from the log: an event is seen as soon as it is durable, before the
 * history has it. Imported events are history, not news, and stay out. A follower that rests for longer than the log
 * keeps its entries goes on with the oldest that is left.
 */
export async function tailEvents(eventLog: EventLog, request: TailRequest): Promise<TailAnswer> {
  const endsAt = performance.now() + request.waitMs;
  let position = request.from ?? eventLog.head();
  for (;;) {
    const appended = nextAppend(eventLog, () => endsAt - performance.now());
    try {
      const entries = await eventLog.read(position, { entriesMax: readEntriesMax, bytesMax: readBytesMax });
      const events: StoredEvent[] = [];
      for (const stored of entries) {
        events.push(...selected(stored, request.filter));
        position = stored.position;
        if (events.length >= tailEventsMax) break;
      }
      if (events.length > 0 || performance.now() >= endsAt) return { events, position };
      if (entries.length === 0) await appended.promise;
    } finally {
      appended.cancel();
    }
  }
}

function selected({ entry }: StoredEntry, filter: TailFilter): StoredEvent[] {
  if (entry.kind === 'import') return [];
  const events: StoredEvent[] = [];
  for (const record of entry.records) {
    // Made for event data stores: no history of CloudTrail events has them.
    if (record.category === 'ActivityAuditLog') continue;
    if (!isInScope(record, filter)) continue;
    const fields = readable(record.json);
    if (fields !== undefined && hasAttributes(fields, filter.attributes))
      events.push({ ...fields, json: record.json });
  }
  return events;
}

/** A record that cannot be read is for the history to complain about. */
function readable(json: string): IndexFields | undefined {
  try {
    return indexFieldsOf(json);
  } catch {
    return undefined;
  }
}

/** Listens from now on, so that nothing appended during the read is missed. */
function nextAppend(
  eventLog: EventLog,
  leftMs: () => number,
): { promise: Promise<void>; cancel: () => void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const unsubscribe = eventLog.subscribe(resolve);
    const timer = setTimeout(resolve, Math.max(0, leftMs()));
    cancel = () => {
      unsubscribe();
      clearTimeout(timer);
    };
  });
  return { promise, cancel };
}
