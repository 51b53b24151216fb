// SPDX-License-Identifier: Apache-2.0

/** The limits of the file object store, with their reasons. */

/** S3 User Guide, "Naming Amazon S3 objects"; also what an LMDB key of 4,096-byte pages (1,978 bytes) has room for. */
export const keyBytesMax = 1_024;

/** Bucket names have at most 63 characters; namespaces beside them a few more. */
export const bucketBytesMax = 255;

/**
 * Objects up to this size lie in the index and share its commit. Measured on two busy cores: 1 KB objects from 8
 * writers 3,800 puts/s against 1,200 as files, 16 KB from one writer 1,230 against 435; at 64 KB both are alike.
 */
export const inlineBytesMax = 32 * 1024;

/** Room on the disk that puts leave free, for deletes and for the other stores. */
export const diskFreeBytesMinDefault = 64 * 1024 ** 2;

/** Opening needs a little: LMDB's lock file is mapped, and touching a mapped page that the disk cannot hold is SIGBUS. */
export const diskFreeBytesToOpen = 1024 ** 2;

/** How much of a body is written between two looks at the free space. */
export const diskLookBytes = 16 * 1024 ** 2;

/** How much of a blob is read at once: four chunks of those that are encrypted (blob-cipher.ts). */
export const readChunkBytes = 256 * 1024;

/** How much of a blob is gathered before it is written. */
export const writeBytes = 256 * 1024;

/** Objects that were looked at and not opened yet: as many calls as are in that state at a time, with 32 KB each at most. */
export const lookedMax = 64;

/** Rows that a listing reads before it lets others have a turn. */
export const listSliceRows = 1_000;

export const queueLimits = {
  /** Commits that may wait for the index. */
  queueJobsMax: 10_000,
  /** Small objects that wait for the index, and rows. */
  queueBytesMax: 128 * 1024 ** 2,
  /** Deletes make room: a full queue of puts must not stop them. */
  queueUpkeepJobsMax: 10_000,
  groupJobsMax: 256,
  groupBytesMax: 4 * 1024 ** 2,
};
