// SPDX-License-Identifier: Apache-2.0
import { toJson } from './to-json.js';
import type { CloudTrailRecord, JsonObject } from './types.js';

/**
 * User guide, "CloudTrail record contents for management, data, and network activity events": texts are cut, content
 * of the others "is omitted". Bytes of UTF-8 JSON (texts: of UTF-8).
 */
export const textBytesMax = 1024;
const documentBytesMax = {
  requestParameters: 100 * 1024,
  responseElements: 100 * 1024,
  serviceEventDetails: 100 * 1024,
  additionalEventData: 28 * 1024,
} as const;
/** "The maximum event size is 256 KB": user guide, "Quotas in AWS CloudTrail". */
export const recordBytesMax = 256 * 1024;

/** "Large" events of event data stores: the same page as for the fields. */
export const largeRecordBytesMax = 1024 * 1024;

type DocumentField = keyof typeof documentBytesMax;
const documentFields = Object.keys(documentBytesMax) as DocumentField[];
const textFields = ['userAgent', 'errorCode', 'errorMessage', 'requestID'] as const;
type TextField = (typeof textFields)[number];

/**
 * "Field truncation order for maximum event size of 1 MB" of that page, without `annotation`, which no record here has, and
 * `eventContext`, which has a bound of its own.
 */
const truncationOrder: readonly (DocumentField | TextField)[] = [
  'requestID',
  'additionalEventData',
  'serviceEventDetails',
  'userAgent',
  'errorCode',
  'responseElements',
  'requestParameters',
  'errorMessage',
];

/** What still goes when a record is too large as a whole, in the same order. */
const lastResort: readonly DocumentField[] = [
  'additionalEventData',
  'serviceEventDetails',
  'responseElements',
  'requestParameters',
];

/** Cairn's own bound for what the user guide bounds by construction (names and addresses). */
const otherTextBytesMax = 2048;

/** The record within AWS's limits; an equal record comes back when nothing is too large. */
export function withinSizeLimits(record: CloudTrailRecord): CloudTrailRecord {
  return limitedTo(record, recordBytesMax);
}

/**
 * The same for event data stores of large events: the record as it is, as long as it fits. Then fields that exceed their own
 * maximum are cut, one after another, no more than it takes. Where that does not do, AWS reports an error; here more is left out.
 * @param bytesMax what of 1 MB is left for the record
 */
export function withinLargeSizeLimits(record: CloudTrailRecord, bytesMax: number): CloudTrailRecord {
  if (bytesOf(record) <= bytesMax) return record;
  const limited = { ...record };
  for (const name of truncationOrder) {
    if (isDocumentField(name)) limitDocument(limited, name, documentBytesMax[name]);
    else limitText(limited, name);
    if (bytesOf(limited) <= bytesMax) return limited;
  }
  limitWhole(limited, bytesMax);
  return limited;
}

/** Whether something of a record was left out. */
export function isCut(whole: CloudTrailRecord, limited: CloudTrailRecord): boolean {
  return (Object.keys(whole) as (keyof CloudTrailRecord)[]).some((name) => whole[name] !== limited[name]);
}

function limitedTo(record: CloudTrailRecord, wholeBytesMax: number): CloudTrailRecord {
  const limited = { ...record };
  for (const name of textFields) limitText(limited, name);
  let bytesAtMost = 0;
  for (const name of documentFields) bytesAtMost += limitDocument(limited, name, documentBytesMax[name]);
  for (const name in limited) {
    if (!isDocumentField(name)) {
      bytesAtMost += bytesAtMostOf(limited[name as keyof CloudTrailRecord], wholeBytesMax) + nameBytesMax;
    }
  }
  if (bytesAtMost > wholeBytesMax) limitWhole(limited, wholeBytesMax);
  return limited;
}

/** The longest start of the text that has at most so many bytes, never half a character. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character.codePointAt(0)!);
    if (bytes > bytesMax) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** What stands for content that was left out. */
export function omission(field: string, originalSizeBytes: number): JsonObject {
  return { omitted: true, originalSize: originalSizeBytes, reason: `${field} too large` };
}

function isDocumentField(name: string): name is DocumentField {
  return Object.hasOwn(documentBytesMax, name);
}

function limitText(record: CloudTrailRecord, name: TextField): void {
  const text = record[name];
  if (text !== undefined) record[name] = cutToBytes(text, textBytesMax);
}

/** Returns a bound of the bytes that the field then takes, its name included. */
function limitDocument(record: CloudTrailRecord, name: DocumentField, bytesMax: number): number {
  const document = record[name];
  if (document === undefined) return 0;
  const bytesAtMost = bytesAtMostOf(document, bytesMax);
  if (document === null || bytesAtMost <= bytesMax) return bytesAtMost + nameBytesMax;
  const size = Buffer.byteLength(JSON.stringify(document));
  if (size > bytesMax) record[name] = omission(name, size);
  return bytesMax + nameBytesMax;
}

function limitWhole(record: CloudTrailRecord, wholeBytesMax: number): void {
  if (bytesOf(record) <= wholeBytesMax) return;
  for (const name of lastResort) {
    const document = record[name];
    if (document === undefined || document === null || document.omitted === true) continue;
    record[name] = omission(name, Buffer.byteLength(JSON.stringify(document)));
    if (bytesOf(record) <= wholeBytesMax) return;
  }
  limitResources(record, wholeBytesMax);
  if (bytesOf(record) > wholeBytesMax) limitOthers(record, wholeBytesMax);
}

/** Fewer resources, the first ones, until the record fits. */
function limitResources(record: CloudTrailRecord, wholeBytesMax: number): void {
  while (record.resources !== undefined && bytesOf(record) > wholeBytesMax) {
    const kept = record.resources.slice(0, Math.floor(record.resources.length / 2));
    if (kept.length > 0) record.resources = kept;
    else delete record.resources;
  }
}

/** What is left are names and addresses, some of them the caller's (Host, X-Forwarded-For): cut each. */
function limitOthers(record: CloudTrailRecord, wholeBytesMax: number): void {
  const cut = (value: unknown): unknown => {
    if (typeof value === 'string') return cutToBytes(value, otherTextBytesMax);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member)]));
  };
  Object.assign(record, cut(record));
  // Only a federation provider's claims are open-ended; they go before the record does.
  if (bytesOf(record) > wholeBytesMax) delete record.userIdentity.sessionContext?.webIdFederationData;
}

function bytesOf(record: CloudTrailRecord): number {
  return Buffer.byteLength(toJson(record));
}

/** A member's name with its quotes, colon and comma: the longest is sessionCredentialFromConsole. */
const nameBytesMax = 40;

/**
 * A bound of the bytes of a value's JSON text, without writing it: six bytes is the most that JSON needs for one
 * UTF-16 unit (`\u0001`). So ordinary records, far below all limits, are serialised once and not to be weighed.
 * Stops soon after `enough`.
 */
function bytesAtMostOf(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length * 6 + 3;
  if (typeof value !== 'object' || value === null) return 26;
  let bytes = 3;
  for (const name in value) {
    bytes += name.length * 6 + 4 + bytesAtMostOf((value as Record<string, unknown>)[name], enough);
    if (bytes > enough) break;
  }
  return bytes;
}

/** A lone surrogate becomes U+FFFD in UTF-8 and `\udXXX` in JSON: count the longer. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 6;
  return codePoint < 0x10000 ? 3 : 4;
}
