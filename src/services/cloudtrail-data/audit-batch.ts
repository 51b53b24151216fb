// SPDX-License-Identifier: Apache-2.0
import {
  type AuditEventFault,
  type AuditRecordFacts,
  auditRecordFrame,
  readAuditEvent,
} from '../../event-data-stores/audit-event.js';
import type { RecordBundle } from '../../ports/event-log.js';

export interface AuditEventInput {
  readonly id: string;
  readonly eventData: string;
  readonly eventDataChecksum?: string;
}

/** What the records of one request have in common. */
export type AuditBatchFacts = Omit<AuditRecordFacts, 'eventId'>;

/** The events of one request, read and checked; nothing of the server's state is in it. */
export interface AuditBatch extends Pick<RecordBundle, 'texts' | 'textBytes'> {
  /** The caller's ids of all events, in the request's order. */
  readonly ids: readonly string[];
  /** CloudTrail's ids of those that are in order, whose records are in `texts`. */
  readonly eventIds: readonly string[];
  /** Of the others, by their places in the request, rising. */
  readonly faults: readonly (readonly [place: number, fault: AuditEventFault])[];
}

/** @param newId a UUID for each event */
export function readAuditBatch(
  events: readonly AuditEventInput[],
  facts: AuditBatchFacts,
  newId: () => string,
): AuditBatch {
  const toRecord = auditRecordFrame(facts);
  const eventIds: string[] = [];
  const faults: [place: number, fault: AuditEventFault][] = [];
  const records: string[] = [];
  for (const [place, { eventData, eventDataChecksum }] of events.entries()) {
    const read = readAuditEvent(eventData, eventDataChecksum, facts.recipientAccountId);
    if ('errorCode' in read) {
      faults.push([place, read]);
      continue;
    }
    const eventId = newId();
    eventIds.push(eventId);
    records.push(toRecord(eventId, read));
  }
  return { ids: events.map(({ id }) => id), eventIds, faults, ...encodeTexts(records) };
}

/** All texts at once: encoding a hundred one by one takes several times as long. */
function encodeTexts(records: readonly string[]): Pick<AuditBatch, 'texts' | 'textBytes'> {
  const all = records.join('');
  // Memory of its own, never a piece of a pool: it goes from thread to thread.
  const texts = Buffer.from(new ArrayBuffer(Buffer.byteLength(all)));
  if (texts.length === all.length) {
    texts.write(all, 'latin1');
    return { texts, textBytes: Uint32Array.from(records, ({ length }) => length) };
  }
  // Half a surrogate pair at the end of one text and another at the start of the next would become one character.
  return { texts: utf8Of(records), textBytes: Uint32Array.from(records, (text) => Buffer.byteLength(text)) };
}

function utf8Of(records: readonly string[]): Uint8Array {
  const bytes = records.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const texts = Buffer.from(new ArrayBuffer(bytes));
  let at = 0;
  for (const text of records) at += texts.write(text, at);
  return texts;
}
