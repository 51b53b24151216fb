// SPDX-License-Identifier: Apache-2.0

/** How long after an interval's end its digest is made, at most: deliveries that were answered just before are booked by then. */
export const settleMsMax = 5_000;

/** After a start, digests wait this long: what the last run has uploaded but not booked is booked first. */
export const startGraceMs = 3_000;

/**
 * Overdue intervals of one chain that get a digest each; what is older goes into the first of them, which then covers more
 * than one interval. A week of hours: a clock that jumps ahead by years, or a machine switched on after as long, does not
 * write a digest for every hour of them.
 */
export const catchUpIntervalsMax = 168;

/**
 * Digests of one chain that may wait for their bucket: 31 days of hours. Beyond it no more are made until some went out;
 * the files stay in the books, and the next digest covers the time.
 */
export const waitingDigestsMax = 744;

/** A chain that ended waits this many intervals for log files that were not delivered yet before its final digest. */
export const finalIntervalsMax = 24;

/** Digests made in a row before deliveries get their turn to book. */
export const digestsPerTurnMax = 16;

/** Files of the books that are held open; each further line costs a file for every entry. */
export const openBooksMax = 256;

/** How often the log is read and intervals are looked at. */
export const tickMs = 1_000;

/** How often, at most, the place in the log is saved when nothing but it changed. */
export const checkpointEveryMs = 5_000;

export const readEntriesMax = 1_000;
export const readBytesMax = 4 * 1024 * 1024;

/** How long a stop waits for uploads that are under way. What is not uploaded goes out after the next start. */
export const stopMsMax = 10_000;

/** After a failure (disk full, log unreadable) everything starts over from what is durable, this much later. */
export const restartMs = 2_000;
