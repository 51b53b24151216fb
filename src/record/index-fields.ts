// SPDX-License-Identifier: Apache-2.0
import { isAscii } from 'node:buffer';
import type { RecordCategory } from './event-category.js';
import type { LookupResource } from './lookup-resources.js';
import { newRecordSpans } from './record-members.js';
import { RecordScan } from './record-scan.js';
import { JsonScanner } from './scan-json.js';

/** What the history keeps of a record beside its text, to look it up by. */
export interface IndexFields {
  /** The record's eventID; for one without it, a UUID made of the SHA-256 of its text, so that it is the same each time. */
  readonly eventId: string;
  /** ms since the epoch. */
  readonly eventTimeMs: number;
  /** Empty where the record has none. For Insights events those of the call that they are about. */
  readonly eventName: string;
  readonly eventSource: string;
  /** A record without `awsRegion`: us-east-1 for global services, where they record, else empty: nobody knows. */
  readonly region: string;
  readonly category: RecordCategory;
  readonly readOnly?: 'true' | 'false';
  readonly username?: string;
  readonly accessKeyId?: string;
  readonly resources: readonly LookupResource[];
}

/** A text that is JSON, but no CloudTrail record that could be kept. */
export class UnusableRecordError extends Error {
  override readonly name = 'UnusableRecordError';
}

/** One for all records: making these tables takes longer than scanning a record, and nobody else has the thread meanwhile. */
const spans = newRecordSpans(true);

/** The fields of one record. Throws JsonSyntaxError for what is no JSON object, UnusableRecordError for one without a time. */
export function indexFieldsOf(json: string): IndexFields {
  return indexFieldsOfBytes(Buffer.from(json, 'utf8'));
}

/** The same of a record's UTF-8. */
export function indexFieldsOfBytes(bytes: Buffer): IndexFields {
  const scanner = new JsonScanner(bytes);
  const scan = new RecordScan(bytes, scanner, isAscii(bytes), spans);
  const start = scanner.skipSpaceAt(0);
  const end = scanner.skipSpaceAt(scan.scan(start, 0));
  if (end !== bytes.length) throw scanner.unexpected(end);
  const eventTimeMs = scan.eventTimeMs();
  if (eventTimeMs === undefined) throw new UnusableRecordError(scan.timeFault());
  return scan.fields(scan.json(), eventTimeMs);
}
