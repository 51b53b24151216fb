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

/** A merge of so few rows is sorted by time anew: sorting more wide rows than fit into memory would take minutes. */
export const sortedRowsMax = 150_000;

/** Encrypted files are not sorted beyond so many bytes: a sort that does not fit into memory would lie open on the disk. */
export const sealedSortBytesMax = 32 * 1024 ** 2;

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
