// SPDX-License-Identifier: Apache-2.0

/** The limits of the embedded store of log events, with their reasons. */

/** Group and stream ids lie in keys of LMDB (1,978 bytes at most). */
export const idBytesMax = 200;

/**
 * A batch is cut into chunks of about this many bytes of messages: what a reader inflates to get at one event. Chunks of
 * one batch also span less time each, so that a reader opens fewer of them.
 */
export const chunkBytesMax = 128 * 1024;
export const chunkEventsMax = 2_000;

/** Smaller chunks are stored as they are: compression would cost more time than it saves space. */
export const compressBytesMin = 512;

/** Decoded chunks that one read keeps at hand, in bytes of messages. Streams whose batches overlap in time need several at once. */
export const openChunksBytesMax = 16 * 1024 ** 2;

/** Chunks of other streams that one page passes over: bounds the time of a page to some 20 ms. */
export const passedOverMax = 20_000;

/** Room on the disk that appends leave free, for removals and the other stores. */
export const diskFreeBytesMinDefault = 64 * 1024 ** 2;

/** Opening needs a little: LMDB's lock file is mapped, and touching a mapped page that the disk cannot hold is SIGBUS. */
export const diskFreeBytesToOpen = 1024 ** 2;

/** Chunks that one transaction removes: appends wait milliseconds for it. */
export const removalStepChunksMax = 256;

export const queueLimits = {
  /** At 1,000 calls a second it is some seconds of work. */
  queueJobsMax: 4_000,
  queueBytesMax: 128 * 1024 ** 2,
  queueUpkeepJobsMax: 1_000,
  groupJobsMax: 256,
  groupBytesMax: 4 * 1024 ** 2,
};
