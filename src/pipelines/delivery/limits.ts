// SPDX-License-Identifier: Apache-2.0

/**
 * Records held in memory between two flushes, in bytes of their JSON. A flush starts before an entry would pass it; one
 * that is larger by itself is taken alone.
 */
export const bufferedBytesMax = 32 * 1024 * 1024;

/**
 * The largest log file, compressed. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail" (file size sent to Amazon
 * S3: 50 MB).
 */
export const logFileBytesMax = 50_000_000;

/**
 * Text at which a file is cut, whatever it compresses to: gzip adds five bytes to each 16 KB that it cannot shrink, and 18
 * to the whole, so no file of this much text comes near `logFileBytesMax`. Counting compressed bytes instead would make
 * larger files, which memory (`bufferedBytesMax`) does not let grow anyway.
 */
export const logFileTextBytesMax = 49_000_000;

/** One step of the reader: small enough to let requests in between, large enough to keep up. */
export const readEntriesMax = 1_000;
export const readBytesMax = 4 * 1024 * 1024;

/** How long new entries may lie in the log before the reader takes them into memory: soon, while the log still has them there. */
export const readEveryMs = 250;

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

/**
 * Files that one notice names. A key has at most 1,024 bytes and doubles at worst when it is quoted, so a message stays
 * below the 256 KB that SNS takes (SNS API Reference, "Publish").
 */
export const noticeFilesMax = 100;

/** How long a delivered file may wait for others to be named with it. */
export const noticeDelayMsMax = 5_000;

/** One notice may take this long; then it counts as failed. Shorter than a stop may take. */
export const noticeMsMax = 5_000;

/** For how long a topic that takes no notices is tried again. Its owner may have repaired it by then; log files never wait for it. */
export const noticeRetryForMs = 60 * 60 * 1000;

/** Delivered files of one trail that may wait in the outbox for their notice; beyond it the oldest are given up. */
export const noticeFilesWaitingMax = 1_000;
