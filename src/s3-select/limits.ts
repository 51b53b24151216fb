// SPDX-License-Identifier: Apache-2.0

/** Source: S3 User Guide, "Filtering and retrieving data using Amazon S3 Select", Requirements and limits. */
export const expressionBytesMax = 256 * 1024;
/** Of a record in the input or in the result. Source: the same. */
export const recordBytesMax = 1024 * 1024;
/** Of a Parquet row group, uncompressed. Source: the same. */
export const rowGroupBytesMax = 256 * 1024 * 1024;
/** Rows times columns (a row itself takes as much as four): what one row group may become in memory, however few bytes it has. */
export const rowGroupValuesMax = 32_000_000;

/** Evaluation recurses as deep as its tree: far from the end of the stack. Chains of AND and OR count as one level. */
export const expressionDepthMax = 400;
/** Of JSON values: as deep as records are read elsewhere. */
export const nestingDepthMax = 200;

/** Selections that run at a time: each has a thread. Recording, on the main thread, keeps its share of the machine. */
export const runningMax = 4;
/** Selections that wait for a thread; more are told that S3 is busy. */
export const waitingMax = 64;
/** A thread that nobody needs any more goes. */
export const idleMsMax = 15_000;
/** JavaScript objects of one selection; the values of a row group are the most of it. */
export const heapMegabytesMax = 1024;

/** One message of records. S3's own are smaller than this too, so that clients see rows early. */
export const outputBytes = 128 * 1024;
/** Messages that are under way from a thread to a client who reads slowly. */
export const messagesAheadMax = 4;
/** How long a reader may take nothing of what is there for it; what it may spend of its own slowness, too. */
export const unreadMsMax = 60_000;
/** Who reads faster than this, on the whole, may read for as long as `runMsMax`: the slowest lines that people still work with. */
export const readerBytesPerSecondMin = 32 * 1024;
/** Bytes of the object that are under way to a thread. */
export const chunksAheadMax = 4;

/** A thread that says nothing for so long is lost in an expression that nobody needs (`LIKE` with a thousand wildcards). */
export const silentMsMax = 120_000;
/** Of one selection, waiting for its reader included: nobody holds a thread for ever. */
export const runMsMax = 3_600_000;
