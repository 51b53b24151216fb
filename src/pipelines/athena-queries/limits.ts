// SPDX-License-Identifier: Apache-2.0
import type { QueryLimits } from '../../query/query-engine.js';

const mebibyte = 1024 * 1024;

/** Source: Athena User Guide, "Service Quotas" (DML query timeout 30 minutes); the rest is for one machine to bear. */
export const athenaQueryLimits: QueryLimits = {
  runMsMax: 30 * 60_000,
  rowsMax: 10_000_000,
  resultBytesMax: 1024 * mebibyte,
  memoryBytesMax: 1024 * mebibyte,
};

export interface LoadLimits {
  /** Objects that one table may have for one query: each is asked for as the caller, and recorded where that is selected. */
  readonly objectsMax: number;
  /** Of the objects as they are stored, for one table of one query. */
  readonly bytesMax: number;
  /** Objects that become one file: tables of many small ones would be slow otherwise. */
  readonly objectsPerFileMax: number;
  readonly bytesPerFileMax: number;
  /** Prefixes listed at a time. */
  readonly listingMax: number;
  /** Objects up to this size are held in memory until those of their file are all there. */
  readonly smallBytesMax: number;
  /** Objects of all files of one table that are made at a time. */
  readonly groupBytesMax: number;
  /** Objects read at a time. */
  readonly readingMax: number;
  /** Tables that are converted at a time, of all queries: each has a process. */
  readonly convertersMax: number;
  /** Copies that are kept for the next query. */
  readonly cacheBytesMax: number;
  /** One file's conversion: data that takes longer is none that a query can wait for (or an expression without an end). */
  readonly convertMsMax: number;
}

export const loadLimits: LoadLimits = {
  objectsMax: 200_000,
  bytesMax: 64 * 1024 * mebibyte,
  objectsPerFileMax: 128,
  bytesPerFileMax: 128 * mebibyte,
  listingMax: 8,
  smallBytesMax: 128 * 1024,
  groupBytesMax: 256 * mebibyte,
  readingMax: 16,
  convertersMax: 2,
  cacheBytesMax: 8 * 1024 * mebibyte,
  convertMsMax: 10 * 60_000,
};
