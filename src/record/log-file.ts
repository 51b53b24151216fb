// SPDX-License-Identifier: Apache-2.0
import type { IndexFields } from './index-fields.js';
import { LogFileWalk } from './log-file-walk.js';

/** How the records of a file were wrapped. */
export type LogFileShape =
  /** `{"Records": […]}`: what CloudTrail delivers. */
  | 'Records'
  /** A bare array of records. */
  | 'array'
  /** One bare record. */
  | 'object'
  /** Several values one after the other, a line each or not. */
  | 'ndjson'
  /** Events as EventBridge passes them on. */
  | 'eventBridge'
  /** Answers of LookupEvents. */
  | 'lookupEvents'
  /** Log events as CloudWatch Logs passes them to its subscribers. */
  | 'logEvents'
  /** `Records` somewhere inside of another document, e.g. of a test. */
  | 'nested'
  /** A digest file: recognised, and no records in it. */
  | 'digest'
  /** No value at all, or an empty list. */
  | 'empty';

/** A longer record is rejected. CloudTrail itself keeps to 256 KB; event data stores take up to 1 MB an event. */
export const importedRecordBytesMax = 1024 * 1024;

export interface LogFileRecord {
  /** On one line: as it stood in the file, without white space between tokens. */
  readonly json: string;
  readonly fields: IndexFields;
}

export interface RejectedRecord {
  /** The how-manieth record of the file it is, from 0, the rejected ones counted too. */
  readonly index: number;
  readonly reason: string;
}

/** At most this many rejected records of one file are told one by one; `rejectedCount` counts all. */
export const rejectedToldMax = 1000;

export interface LogFileSummary {
  readonly shape: LogFileShape;
  /** How many records are good. */
  readonly recordCount: number;
  readonly rejectedCount: number;
  readonly rejected: readonly RejectedRecord[];
}

export interface LogFile extends LogFileSummary {
  readonly records: readonly LogFileRecord[];
}

/** The file as a whole cannot be read; the message says why and where. Nothing of it may be used. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

/**
 * Reads a file of CloudTrail records, uncompressed, in any of the shapes of `LogFileShape`. Throws LogFileError for a
 * file that is no UTF-8, no JSON, nested too deep, or holds no records where records were expected.
 */
export function readLogFile(bytes: Uint8Array): LogFile {
  const records: LogFileRecord[] = [];
  const summary = walkLogFile(bytes, (record) => records.push(record));
  return { ...summary, records };
}

/**
 * The same, record by record, without holding them all. `visit` may be called for records of a file that turns out to
 * be broken further on.
 */
export function walkLogFile(bytes: Uint8Array, visit: (record: LogFileRecord) => void): LogFileSummary {
  return new LogFileWalk(bytes, visit).run();
}

/** Only checks: says and throws what `readLogFile` would, in two thirds of the time and without memory for records. */
export function checkLogFile(bytes: Uint8Array): LogFileSummary {
  return new LogFileWalk(bytes, undefined).run();
}
