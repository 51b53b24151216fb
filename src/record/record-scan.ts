// SPDX-License-Identifier: Apache-2.0
import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { categoryOf, type RecordCategory } from './event-category.js';
import { parseAwsTime, parseIsoTime } from './event-time.js';
import { globalRegion, isGlobalService } from './global-services.js';
import type { IndexFields } from './index-fields.js';
import { lookupResourcesOf, type MemberReader } from './lookup-resources.js';
import type { MemberSpans } from './member-table.js';
import {
  identityIds,
  insightIds,
  issuerIds,
  onBehalfOfIds,
  type RecordSpans,
  recordIds,
} from './record-members.js';
import { compactJson, type JsonScanner } from './scan-json.js';
import type { JsonValue } from './types.js';
import { usernameOf } from './username.js';

const QUOTE = 0x22;
const COLON = 0x3a;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * One object of a log file: where its members of interest lie, and what they say. One instance reads object after
 * object; what it says holds until the next `scan`.
 */
export class RecordScan {
  readonly #bytes: Buffer;
  readonly #scanner: JsonScanner;
  readonly #fileIsAscii: boolean;
  readonly #spans: RecordSpans;
  readonly #readRequest: MemberReader = (member) => this.#value(this.#spans.request, member);
  readonly #readResponse: MemberReader = (member) => this.#value(this.#spans.response, member);
  readonly #readResources = () => this.#value(this.#spans.record, recordIds.resources);
  #start = 0;
  #end = 0;
  #hasSpace = false;
  /** The object's text once it was asked for. */
  #text: string | undefined;
  /** The object is all ASCII: offsets in its text are offsets in its bytes. */
  #ascii = true;

  /**
   * @param fileIsAscii nothing in the bytes is above 0x7f
   * @param spans what the scans find is kept here; without the members inside of the record's, `fields` knows too little
   */
  constructor(bytes: Uint8Array, scanner: JsonScanner, fileIsAscii: boolean, spans: RecordSpans) {
    this.#spans = spans;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#scanner = scanner;
    this.#fileIsAscii = fileIsAscii;
  }

  /** Scans the object that starts at the offset; returns the offset behind it. Throws JsonSyntaxError. */
  scan(offset: number, depth: number): number {
    this.#scanner.sawSpace = false;
    this.#text = undefined;
    this.#start = offset;
    this.#end = this.#scanner.scanMembers(offset, this.#spans.record, depth);
    this.#hasSpace = this.#scanner.sawSpace;
    return this.#end;
  }

  get byteLength(): number {
    return this.#end - this.#start;
  }

  /** Where the value of a member (`recordIds`) starts; 0 where there is none. */
  startOf(id: number): number {
    return this.#spans.record.starts[id]!;
  }

  /** The string that a member (`recordIds`) holds; undefined where there is none. */
  string(id: number): string | undefined {
    return this.#string(this.#spans.record, id);
  }

  /** Whether the object looks like a CloudTrail record at all, complete or not. */
  isRecord(): boolean {
    const has = (id: number) => this.#spans.record.has(id);
    if (has(recordIds.eventName) || has(recordIds.eventID)) return true;
    return has(recordIds.eventVersion) && (has(recordIds.eventTime) || has(recordIds.userIdentity));
  }

  eventTimeMs(): number | undefined {
    const { starts, ends } = this.#spans.record;
    const start = starts[recordIds.eventTime]!;
    if (start === 0) return undefined;
    const usual = parseAwsTime(this.#bytes, start, ends[recordIds.eventTime]!);
    if (usual !== undefined) return usual;
    const text = this.string(recordIds.eventTime);
    return text === undefined ? undefined : parseIsoTime(text);
  }

  /** The record's eventSource when it starts with `aws:`: what S3 event notifications have there, and no CloudTrail record. */
  notificationSource(): string | undefined {
    const start = this.#spans.record.starts[recordIds.eventSource]!;
    if (start === 0 || this.#bytes[start + 4] !== COLON) return undefined;
    const eventSource = this.string(recordIds.eventSource);
    return eventSource?.startsWith('aws:') === true ? eventSource : undefined;
  }

  /** What is wrong with a time that `eventTimeMs` could not read. */
  timeFault(): string {
    const text = this.string(recordIds.eventTime);
    return text === undefined
      ? 'the record has no eventTime'
      : `eventTime is no ISO 8601 time: ${JSON.stringify(text.slice(0, 40))}`;
  }

  /** The record as JSON on one line: as it came in, without white space between its tokens. */
  json(): string {
    const text = this.#decoded();
    if (!this.#hasSpace) return text;
    const compact = compactJson(this.#bytes, this.#start, this.#end);
    return Buffer.from(compact.buffer, 0, compact.length).toString('utf8');
  }

  /** `json` is what `json()` gave, `eventTimeMs` what `eventTimeMs()` gave. */
  fields(json: string, eventTimeMs: number): IndexFields {
    const { record, identity, insight } = this.#spans;
    const eventName =
      this.#string(record, recordIds.eventName) ?? this.#string(insight, insightIds.eventName) ?? '';
    const eventSource =
      this.#string(record, recordIds.eventSource) ?? this.#string(insight, insightIds.eventSource) ?? '';
    const fields: Mutable<IndexFields> = {
      eventId: this.string(recordIds.eventID) || madeEventId(json),
      eventTimeMs,
      eventName,
      eventSource,
      region: this.string(recordIds.awsRegion) || (isGlobalService(eventSource) ? globalRegion : ''),
      category: this.#category(eventSource, eventName),
      resources: lookupResourcesOf({
        eventSource,
        eventName,
        request: this.#readRequest,
        response: this.#readResponse,
        recordResources: this.#readResources,
      }),
    };
    const readOnly = this.#flag(recordIds.readOnly);
    if (readOnly !== undefined) fields.readOnly = readOnly;
    const username = this.#username();
    if (username !== undefined) fields.username = username;
    const accessKeyId = this.#string(identity, identityIds.accessKeyId);
    if (accessKeyId) fields.accessKeyId = accessKeyId;
    return fields;
  }

  #category(eventSource: string, eventName: string): RecordCategory {
    return categoryOf({
      eventCategory: this.string(recordIds.eventCategory),
      eventType: this.string(recordIds.eventType),
      managementEvent: this.#flag(recordIds.managementEvent),
      eventSource,
      eventName,
    });
  }

  #username(): string | undefined {
    const { identity, issuer, onBehalfOf } = this.#spans;
    return usernameOf({
      type: this.#string(identity, identityIds.type),
      userName: this.#string(identity, identityIds.userName),
      arn: this.#string(identity, identityIds.arn),
      principalId: this.#string(identity, identityIds.principalId),
      invokedBy: this.#string(identity, identityIds.invokedBy),
      issuerName: this.#string(issuer, issuerIds.userName),
      onBehalfOf: this.#string(onBehalfOf, onBehalfOfIds.userId),
    });
  }

  /** A boolean; some writers make it a string. */
  #flag(id: number): 'true' | 'false' | undefined {
    const start = this.#spans.record.starts[id]!;
    if (start === 0) return undefined;
    const text = this.#slice(start, this.#spans.record.ends[id]!);
    if (text === 'true' || text === '"true"') return 'true';
    return text === 'false' || text === '"false"' ? 'false' : undefined;
  }

  #string(spans: MemberSpans, id: number): string | undefined {
    const start = spans.starts[id]!;
    if (start === 0 || this.#bytes[start] !== QUOTE) return undefined;
    const end = spans.ends[id]!;
    const text = this.#slice(start + 1, end - 1);
    return text.includes('\\') ? (JSON.parse(this.#slice(start, end)) as string) : text;
  }

  #value(spans: MemberSpans, id: number): JsonValue | undefined {
    const start = spans.starts[id]!;
    if (start === 0) return undefined;
    return this.#string(spans, id) ?? (JSON.parse(this.#slice(start, spans.ends[id]!)) as JsonValue);
  }

  /** The text of a range inside of the object. One native call decodes the object; parts are cut out of its text. */
  #slice(start: number, end: number): string {
    const text = this.#decoded();
    return this.#ascii
      ? text.substring(start - this.#start, end - this.#start)
      : this.#bytes.toString('utf8', start, end);
  }

  #decoded(): string {
    if (this.#text !== undefined) return this.#text;
    this.#ascii = this.#fileIsAscii || isAscii(this.#bytes.subarray(this.#start, this.#end));
    this.#text = this.#bytes.toString(this.#ascii ? 'latin1' : 'utf8', this.#start, this.#end);
    return this.#text;
  }
}

/** Shaped like a UUID of version 8 (RFC 9562: free to make up), always the same for the same text. */
function madeEventId(json: string): string {
  const hash = createHash('sha256').update(json, 'utf8').digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
