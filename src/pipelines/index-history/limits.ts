// SPDX-License-Identifier: Apache-2.0

/** How long a wake-up waits for more entries before it reads: bursts become one ingest, a lone event is a little later. */
export const gatherMs = 15;

/** Behind an ingest of fewer entries than these it waits longer: they come steadily, and more of them cost hardly more. */
export const gatherEntriesMin = 256;
export const gatherSteadyMs = 50;

/** What one ingest takes at most (bytes as the log counts them, imports compressed): bounds the memory of the indexer. */
export const readEntriesMax = 4_000;
export const readBytesMax = 48 * 1024 ** 2;

/** A checkpoint costs a commit of the log, and only lets it be trimmed: what was ingested is known to the store itself. */
export const checkpointEveryMs = 1_000;

/** How often the log is trimmed behind all readers while entries come. */
export const trimEveryMs = 5_000;

/** How often events that left the look-up window are dropped; they are days old, an hour more does not matter. */
export const dropEveryMs = 3_600_000;

/** An idle indexer looks at the clock this often. */
export const idleCheckMs = 30_000;

/** Pauses between the tries of a failed step double from the first to the last. */
export const retryFirstMs = 100;
export const retryLastMs = 10_000;
