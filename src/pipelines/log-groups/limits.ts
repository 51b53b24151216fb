// SPDX-License-Identifier: Apache-2.0

/** How long a wake-up waits for more entries: bursts become one write, a lone event is a little later. */
export const gatherMs = 50;

/** One step of the reader: small enough to let requests in between, large enough to keep up. */
export const readEntriesMax = 1_000;
export const readBytesMax = 4 * 1024 * 1024;

/** A checkpoint costs a commit of the log, and only lets it be trimmed: what was written is known by the store's marks. */
export const checkpointEveryMs = 1_000;

/** An idle reader looks at the clock this often. */
export const idleCheckMs = 30_000;

/** Pauses between the tries of a failed step double from the first to the last. */
export const retryFirstMs = 200;
export const retryLastMs = 10_000;

/**
 * Events in the buffer of one write to a stream; more go to further streams (`…_2`, `…_3`). As PutLogEvents has it,
 * through which CloudTrail writes: 1 MiB and 10,000 events a batch.
 */
export const streamBatchBytesMax = 1_048_576;
export const streamBatchEventsMax = 10_000;
/** Streams of one trail; a larger burst goes around them again. */
export const streamsPerTrailMax = 10;

/**
 * What waits for one trail's missing group, in bytes. Some 40,000 events; beyond it new ones are counted as lost to the
 * group (README.md, "When the group is gone").
 */
export const waitingBytesMax = 64 * 1024 * 1024;

/** How often it is looked whether the groups are back that events wait for. */
export const drainEveryMs = 1_000;

/** How often expired events are removed. Nobody reads them meanwhile; this only frees the room. */
export const retentionEveryMs = 600_000;

/** Deleted groups and streams are cleared away this soon, and whatever a crash left behind this often. */
export const sweepSoonMs = 1_000;
export const sweepEveryMs = 3_600_000;

/** Stream documents of a deleted group that one entry of the log removes. */
export const streamsPerEntryMax = 500;
