// SPDX-License-Identifier: Apache-2.0

/** The largest file as it comes in, compressed or not; the same as for a request of our own API. CloudTrail keeps to 50 MB. */
export const fileBytesMax = 128 * 1024 ** 2;

/** What a file may hold uncompressed; a gzip bomb holds a thousand times what it weighs. */
export const fileTextBytesMax = 512 * 1024 ** 2;

/** A file up to this size, uncompressed, goes into the log as it is. Readers of the log hold one entry as a whole. */
export const entryTextBytesMax = 64 * 1024 ** 2;

/** The same for its compressed bytes. */
export const entryBytesMax = 32 * 1024 ** 2;

/** Larger files, and the good records of partly bad ones, are packed anew into entries of about this much text. */
export const repackedTextBytes = 8 * 1024 ** 2;

/** Files that are checked at a time, each in a thread of its own. */
export const workersDefault = 2;

/** Files taken in and not yet answered: at most this many, and this many bytes; a file more waits. */
export const filesInFlightMax = 64;
export const bytesInFlightMax = 2 * fileBytesMax;

/** Imported bytes in the log that the history does not have yet. An import may be faster than the indexer. */
export const unindexedBytesMaxDefault = 256 * 1024 ** 2;

/** Threads end when there was nothing to do for this long. */
export const workerIdleMs = 5_000;
