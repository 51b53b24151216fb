// SPDX-License-Identifier: Apache-2.0
import type { LogFileSummary } from '../record/log-file.js';
import type { EventCategory, Position, StoredEntry } from './event-log.js';

/** The look-up attributes of LookupEvents, by AWS's names. */
export const lookupAttributes = [
  'EventId',
  'EventName',
  'ReadOnly',
  'Username',
  'ResourceType',
  'ResourceName',
  'EventSource',
  'AccessKeyId',
] as const;
export type LookupAttribute = (typeof lookupAttributes)[number];

export interface LookupQuery {
  readonly accountId: string;
  /** One Region, or undefined for all of them. */
  readonly region?: string;
  /** All of them must hold (AND); values are compared exactly, case included, but ReadOnly ("true" / "false"). */
  readonly attributes: readonly { readonly key: LookupAttribute; readonly value: string }[];
  /** undefined: events of every category (`cairn lookup`; LookupEvents always names one). */
  readonly category?: EventCategory;
  /** Bounds of eventTime, both inclusive, ms since the epoch. */
  readonly startTimeMs?: number;
  readonly endTimeMs?: number;
  /** Only events that entered Cairn at or after this time, ms since the epoch: the look-up window. */
  readonly enteredSinceMs?: number;
  readonly limit: number;
  /** `next` of the page before, with otherwise equal arguments. */
  readonly after?: string;
}

export interface StoredResource {
  readonly type?: string;
  readonly name?: string;
}

export interface StoredEvent {
  /** In what `lookup` gives. */
  readonly accountId?: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly eventSource: string;
  /** ms since the epoch. */
  readonly eventTimeMs: number;
  readonly region: string;
  /** "true", "false", or undefined where the record does not say. */
  readonly readOnly?: string;
  readonly username?: string;
  readonly accessKeyId?: string;
  readonly resources: readonly StoredResource[];
  /** The record as it came in. */
  readonly json: string;
}

export interface LookupPage {
  readonly events: readonly StoredEvent[];
  /** Opaque; undefined on the last page. It pins what the first page saw: later events do not move the pages. */
  readonly next?: string;
}

/** The same page as LookupEvents shows it. */
export interface LookupText {
  /** The elements of a JSON array, without its brackets; each as `lookupEventText` (record/) writes it. */
  readonly events: string;
  readonly next?: string;
}

export interface IngestResult {
  /** Events that were new to the store. */
  readonly added: number;
  /** Events that were there already (same account, Region and eventID). */
  readonly duplicates: number;
}

export interface ReadAhead extends LogFileSummary {
  /** Bytes of the uncompressed text. */
  readonly textBytes: number;
}

/** A page token that this store did not write. Callers answer InvalidNextTokenException. */
export class InvalidPageTokenError extends Error {
  override readonly name = 'InvalidPageTokenError';
}

/** More look-ups wait than the store takes. Nothing was done. Callers answer "throttled". */
export class EventStoreBusyError extends Error {
  override readonly name = 'EventStoreBusyError';
}

/** Where an event of the store is: decimal digits, larger for what came later, the same for as long as the event is there. */
export type EventPlace = string;

/** Records one behind the other, so that they travel as one piece. */
export interface RecordTexts {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Of each record, in bytes; 0 for one that was left out. */
  readonly lengths: readonly number[];
}

/** Events in order of arrival. */
export interface ScannedEvents {
  /**
   * One JSON object a line: `{"place":"123","account":"111122223333","region":"eu-west-1","category":"Management",
   * "entered":1795255200000,"record":{…}}`. The record is as it came in, but without line ends.
   */
  readonly lines: Uint8Array;
  readonly count: number;
  /** The accounts that occur. */
  readonly accounts: readonly string[];
  /** Where the next scan goes on; the same as `after` at the end. */
  readonly next: string;
}

/**
 * The searchable history.
 *
 * Obligations of every adapter:
 * - `ingest` MUST be idempotent: by position (an entry at or before `ingestedUpTo` changes nothing) and by event
 *   (account, Region and eventID: the first one stays). It MUST make the entries and the new `ingestedUpTo` durable
 *   together before it resolves, and MUST keep the order of the log.
 * - `lookup` MUST answer newest first by (eventTime, order of arrival), and pages that follow each other by `next`
 *   MUST show every event that was there at the first page exactly once and none that came later.
 * - An event MUST be found by `lookup` as soon as the `ingest` that brought it has resolved.
 * - `dropEnteredBefore` MUST remove only events that entered before the time.
 * - `scan` MUST give every event once, in order of arrival, twins left out as `lookup` leaves them out; what was dropped may
 *   be missing. It MUST NOT hold up `ingest` or `lookup` for long.
 * - `records` MUST give nothing of another account.
 */
export interface EventStore {
  /**
   * A store that parses files itself may do so before they are imported: it tells what a gzip file holds, and keeps
   * what it parsed for the `ingest` of an import entry with the very same bytes, so that no file is parsed twice. Only
   * a saving: what was kept may be forgotten at any time. Rejects with LogFileError for a file that cannot be read.
   */
  readAhead?(bytes: Uint8Array): Promise<ReadAhead>;
  ingest(entries: readonly StoredEntry[]): Promise<IngestResult>;
  ingestedUpTo(): Promise<Position>;
  lookup(query: LookupQuery): Promise<LookupPage>;
  /** A store that reads records in threads of its own may write the answer there too. As `lookup` in everything else. */
  lookupText?(query: LookupQuery): Promise<LookupText>;
  count(): Promise<number>;
  /**
   * @param after '' for the oldest event, or `next` of another scan
   * @param limits soft: the scan ends with the event that passes one of them
   */
  scan(
    after: string,
    limits: { readonly eventsMax: number; readonly bytesMax: number },
  ): Promise<ScannedEvents>;
  /**
   * The records of an account's events as they came in, in the order of the places. What is not there, is another account's or
   * cannot be read is left out; so is what would be more than `bytesMax` together. What was dropped may be given for as long as
   * its bytes are there. It MUST NOT hold up `ingest` or `lookup` for long.
   */
  records(accountId: string, places: readonly EventPlace[], bytesMax: number): Promise<RecordTexts>;
  dropEnteredBefore(timeMs: number): Promise<number>;
  close(): Promise<void>;
}
