// SPDX-License-Identifier: Apache-2.0

/**
 * Records held in memory between two flushes, in characters of their JSON (one byte each for ASCII). A flush starts
 * before an entry would pass it. It also keeps every file below the 50 MB (compressed) at which AWS cuts its own, without
 * counting compressed bytes: gzip adds a fraction of a percent at worst, and a single entry is smaller than either.
 */
export const bufferedCharactersMax = 32 * 1024 * 1024;

/** One step of the reader: small enough to let requests in between, large enough to keep up. */
export const readEntriesMax = 1_000;
export const readBytesMax = 4 * 1024 * 1024;

/** How long new entries may lie in the log before the reader takes them into memory. */
export const readEveryMs = 1_000;

/** After a start, files of what the last run left in the log are finished this soon. */
export const firstFilesMs = 2_000;

/**
 * Compressed bytes that may wait for one trail's destination. At 60 bytes an event this is some 35 million events;
 * beyond it the trail's new events are counted as lost to it (README.md, "When the outbox is full").
 */
export const outboxBytesMax = 2 * 1024 * 1024 * 1024;

/** Files that may wait for one trail's destination: each keeps some 200 bytes of memory and two directory entries. */
export const outboxFilesMax = 250_000;

/** Source: CloudTrail User Guide, "Getting and viewing your CloudTrail log files": redelivery is tried for 30 days. */
export const retryForMs = 30 * 24 * 60 * 60 * 1000;

export const retryAfterMsMin = 1_000;
/** A destination that came back is noticed within this time. */
export const retryAfterMsMax = 5 * 60 * 1000;

/** One upload may take this long; then it counts as failed and is tried again. */
export const uploadMsMax = 2 * 60 * 1000;

/** How long a stop waits for uploads that are under way. What is not uploaded stays in the outbox. */
export const stopMsMax = 10_000;

/** A reader that failed (disk full, log unreadable) starts over after this time. */
export const readerRestartMs = 2_000;
