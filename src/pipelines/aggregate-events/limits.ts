// SPDX-License-Identifier: Apache-2.0

/** Source: CloudTrail User Guide, "Aggregating data events": 5-minute summaries. */
export const windowMs = 5 * 60_000;
/** The same as ISO 8601 says it in records. */
export const windowSizeText = 'PT5M';

/** How long a window that is over waits for entries that were on their way when it ended. */
export const graceMs = 5_000;

/** How often the reader looks at the log and the clock. */
export const stepEveryMs = 5_000;
/** A reader that failed (disk full, log unreadable) starts over after this time. */
export const restartMs = 5_000;
/** How often it saves how far it has come while it has nothing to remember: so the log can be trimmed behind it. */
export const saveEveryMs = 10_000;

/** One step of reading: small enough to let requests in between. */
export const readEntriesMax = 1_000;
export const readBytesMax = 4 * 1024 * 1024;

/** Summaries that one window may make, of all trails together. Beyond it new names are counted as `otherName`. */
export const summariesMax = 20_000;
/** Different names that one window may remember, in all its summaries together: some 50 MB. The same holds beyond it. */
export const namesMax = 200_000;
/** The most frequent names that a summary lists for each dimension; the rest is summed up as `otherName`. */
export const statisticsMax = 25;
/** What stands for names that are too many to be told apart. */
export const otherName = '(other)';

/** Records of one log entry: one hundredth of what an entry may hold. */
export const recordsPerEntryMax = 200;
