// SPDX-License-Identifier: Apache-2.0

/** The limits of the embedded log, with their reasons. */

/** Live log data, counted before compression; beyond it appends are refused until readers move on. */
export const logBytesMaxDefault = 20 * 1024 ** 3;

/**
 * Room on the disk that appends leave free, for checkpoints, trims and the other stores. It also keeps LMDB from ever
 * meeting a full disk in practice, see `disk-room.ts`.
 */
export const diskFreeBytesMinDefault = 64 * 1024 ** 2;

/** Opening needs a little: LMDB's lock file is mapped, and touching a mapped page that the disk cannot hold is SIGBUS. */
export const diskFreeBytesToOpen = 1024 ** 2;

/** The largest import file that one entry may carry: it passes through memory whole. */
export const importBytesMax = 64 * 1024 ** 2;

/** The largest call entry, encoded. A request of 100 records at 256 KB each still fits. */
export const callBytesMax = 32 * 1024 ** 2;

export const queueLimits = {
  /** Appends that may wait for the writer. At 10,000 calls a second it is one second of work. */
  queueJobsMax: 10_000,
  /** Bytes that may wait for the writer: one import of the largest size and as much again beside it. */
  queueBytesMax: 2 * importBytesMax,
  /** Checkpoints and trim steps have their own room: they make space, so a full queue must not stop them. */
  queueUpkeepJobsMax: 1_000,
  /** Larger groups make the slowest append wait for too much work. */
  groupJobsMax: 256,
  /** Also the size that a reader inflates at once. */
  groupBytesMax: 1024 ** 2,
};

/** Import bytes lie in pieces, so that freed pages are found again without a long contiguous run. */
export const importChunkBytes = 256 * 1024;

/** A trim step removes at most this many batches and (softly) bytes, so that appends wait milliseconds for it. */
export const trimStepBatchesMax = 256;
export const trimStepBytesMax = 16 * 1024 ** 2;

/**
 * Newest entries that are also kept in memory, as the log counts them. Readers that follow the log come at least four times a
 * second: at 50,000 events/s of 1 KB these are the last 600 ms. What all readers have behind them is let go with every trim.
 */
export const tailBytesMax = 32 * 1024 ** 2;

/** What `read` gives when the caller names no limits. */
export const readEntriesMaxDefault = 1_000;
export const readBytesMaxDefault = 4 * 1024 ** 2;

/** A batch smaller than this is stored as it is: compression would cost more time than it saves space. */
export const compressBytesMin = 512;

/** From here on Brotli makes less of a batch than deflate, and in less time. */
export const brotliBytesMin = 16 * 1024;
