// SPDX-License-Identifier: Apache-2.0
import type { AuditEventFault } from '../../event-data-stores/audit-event.js';
import {
  type AuditBatch,
  type AuditBatchFacts,
  type AuditEventInput,
  readAuditBatch,
} from './audit-batch.js';
import { verifyEvents } from './verify-request.js';

/** A request's body, for the thread. It goes there, and comes back where the thread does not read it. */
export interface BatchQuestion {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly facts: AuditBatchFacts;
}

/** Few values, each of them large: hundreds of small ones take the main thread longer than it takes to read the events. */
export type BatchAnswer =
  | { readonly number: number; readonly batch: PackedBatch }
  | { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> };

interface PackedBatch {
  /** One behind the other, each with a line end. */
  readonly ids: string;
  readonly eventIds: string;
  readonly faults: readonly (readonly [place: number, fault: AuditEventFault])[];
  readonly texts: Uint8Array;
  readonly textBytes: Uint32Array;
}

/** Never throws: what it cannot read, for whatever reason, is answered in the usual way. */
export function readInThread(
  { number, bytes, facts }: BatchQuestion,
  newId: () => string,
): { readonly answer: BatchAnswer; readonly transfer: ArrayBuffer[] } {
  const batch = tryRead(bytes, facts, newId);
  if (batch === undefined) return { answer: { number, bytes }, transfer: [bytes.buffer] };
  const transfer = [batch.texts.buffer, batch.textBytes.buffer] as ArrayBuffer[];
  return { answer: { number, batch: packed(batch) }, transfer };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function tryRead(bytes: Uint8Array, facts: AuditBatchFacts, newId: () => string): AuditBatch | undefined {
  try {
    const events = eventsIn(JSON.parse(utf8.decode(bytes)));
    if (events === undefined) return undefined;
    verifyEvents(events);
    return readAuditBatch(events, facts, newId);
  } catch {
    return undefined;
  }
}

/** The events of a body in which everything is as it should be; of all others undefined. */
function eventsIn(body: unknown): AuditEventInput[] | undefined {
  const list = isObject(body) && Object.hasOwn(body, 'auditEvents') ? body.auditEvents : undefined;
  return Array.isArray(list) && list.every(isEvent) ? list : undefined;
}

function isEvent(value: unknown): value is AuditEventInput {
  if (!isObject(value)) return false;
  const { id, eventData, eventDataChecksum } = value;
  return (
    typeof id === 'string' &&
    typeof eventData === 'string' &&
    (eventDataChecksum === undefined || typeof eventDataChecksum === 'string')
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function packed({ ids, eventIds, ...more }: AuditBatch): PackedBatch {
  return { ...more, ids: joined(ids), eventIds: joined(eventIds) };
}

export function unpacked({ ids, eventIds, ...more }: PackedBatch): AuditBatch {
  return { ...more, ids: ids.split('\n').slice(0, -1), eventIds: eventIds.split('\n').slice(0, -1) };
}

/** Neither UUIDs nor ids that were verified hold a line end. */
function joined(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join('');
}
