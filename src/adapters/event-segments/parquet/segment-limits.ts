// SPDX-License-Identifier: Apache-2.0

/** The limits of segments, with their reasons. */

/** A file of this many rows is left alone: twenty of them are read nearly as fast as one with ten million. */
export const fullFileRowsMin = 500_000;

/** What a merge makes at most. */
export const mergedRowsMax = 1_000_000;

/** So many neighbours of one size are made into one file. */
export const mergeFilesMin = 8;
export const mergeFilesMax = 64;

/** Sizes differ by this factor between tiers; files of the first one are smaller than `firstTierRows`. */
export const tierFactor = 8;
export const firstTierRows = 2_000;

/**
 * Files of so many rows wait until there are enough of them for a full one. Rewriting a row costs half as much as writing it: what
 * comes in large batches is rewritten once. What waits, some thirty files, costs a query about 15 ms.
 */
export const lastTierRows = 16_000;

/** Raised when files get other columns: older ones are read without what they lack, and rewritten in the background. */
export const segmentLayout = 2;

/**
 * Rows that a merge sorts at a time, of those that are next to each other by name: what fits into memory, and about one row group. Sorting all
 * of a full file takes more memory than a writer has.
 */
export const sortedRowsMax = 40_960;

/**
 * Rows of a row group. Smaller ones leave out more where a query names what it wants, and make more descriptions to read for
 * every other; those of batches are small so that merging finds the rows of a name without unpacking all others.
 */
export const rowGroupRows = 40_960;
export const batchRowGroupRows = 8_192;

/** Writer processes end after so much idleness: each holds some 100 MB while it is there. */
export const writerIdleMs = 60_000;

/** What a writer's engine may take. Beyond it it works on disk. */
export const writerMemoryBytes = 768 * 1024 ** 2;

/** Below recording and queries, as the operating system sees it. */
export const writerNiceness = 10;

/** Books are written anew when what was appended is so much longer than what they say. */
export const booksBytesMin = 256 * 1024;
export const booksGrowthMax = 4;

/** A file is rewritten without its expired rows when it begins this long before the time: not for a few rows every day. */
export const expiredMsMin = 7 * 86_400_000;
