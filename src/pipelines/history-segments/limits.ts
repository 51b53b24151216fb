// SPDX-License-Identifier: Apache-2.0

/** One scan: the writer sorts it in memory, and a file of it is worth having. */
export const scanEventsMax = 50_000;
export const scanBytesMax = 48 * 1024 ** 2;

/** So many waiting events are worth a file at once, without anybody asking. */
export const waitingEventsMax = 50_000;

/** How often waiting events are counted while events come. */
export const countEveryMs = 5_000;

/**
 * While the history takes in new events, segments wait: theirs is the work that can. Not longer than this, and not where so many
 * of the machine's processors have had nothing to do since the last count: their process is below all others, but the
 * history is read for it where events are taken in.
 */
export const quietMs = 1_000;
export const politeMsMax = 60_000;
export const idleCoresMin = 1;

/**
 * Where so many events a second come, queries that want the freshest ones wait for one batch together: each batch costs a file,
 * whatever is in it, and files have to be merged. It has this share of the time at most, but nobody waits longer than that for its
 * beginning.
 */
export const busyEventsPerSecond = 500;
export const batchShareMax = 0.2;
export const batchRestMsMax = 1_000;

/** Nothing waits longer than this for its segment. */
export const restMs = 300_000;

/** How often events that left the look-up window are dropped. */
export const dropEveryMs = 3_600_000;

export const retryFirstMs = 500;
export const retryLastMs = 30_000;
