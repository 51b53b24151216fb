// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../wire/wire-error.js';
import type { AuditEventInput } from './audit-batch.js';

/** Source: CloudTrail Data Service API Reference, "PutAuditEvents": "up to 100 of these events (or up to 1 MB)". */
export const eventsMax = 100;
/** Of all `eventData` together, in bytes of UTF-8. */
export const requestBytesMax = 1024 ** 2;

const idForm = /^[-_A-Za-z0-9]{1,128}$/;
const externalIdForm = /^[\w+=,.@:/-]{2,1224}$/;

/** Refuses a request as a whole: ValidationException. */
export function verifyExternalId(externalId: string | undefined): void {
  if (externalId !== undefined && !externalIdForm.test(externalId))
    throw invalid('externalId', `Member must satisfy regular expression pattern: ${externalIdForm.source}`);
}

/** Refuses a request as a whole: ValidationException, DuplicatedAuditEventId. */
export function verifyEvents(auditEvents: readonly AuditEventInput[]): void {
  if (auditEvents.length === 0 || auditEvents.length > eventsMax)
    throw invalid('auditEvents', `Member must have length between 1 and ${eventsMax}, inclusive`);
  const ids = new Set<string>();
  let units = 0;
  for (const { id, eventData } of auditEvents) {
    if (!idForm.test(id))
      throw invalid('auditEvents.id', `Member must satisfy regular expression pattern: ${idForm.source}`);
    if (ids.has(id))
      throw new WireError(
        'DuplicatedAuditEventId',
        'Two or more entries in the request have the same event ID.',
      );
    ids.add(id);
    units += eventData.length;
  }
  // Three bytes are the most that a unit takes: of nearly all requests the bytes need not be counted.
  if (units * 3 > requestBytesMax && bytesOf(auditEvents) > requestBytesMax)
    throw invalid('auditEvents', `The events must have at most ${requestBytesMax} bytes in total`);
}

function bytesOf(events: readonly AuditEventInput[]): number {
  return events.reduce((sum, { eventData }) => sum + Buffer.byteLength(eventData), 0);
}

function invalid(member: string, constraint: string): WireError {
  const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;
  return new WireError('ValidationException', message, { status: 400 });
}
