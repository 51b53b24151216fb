// SPDX-License-Identifier: Apache-2.0

/**
 * A block holds records until their text passes this. Small blocks make look-ups cheap (a page of 50 rare events
 * opens 50 blocks, 0.1 ms each), large ones compress better and faster: 32 KB 209 bytes and 2.3 µs a record,
 * 48 KB 189 and 2.0, 64 KB 179 and 1.8.
 */
export const blockTextBytesMax = 48 * 1024;

/** Ten bits of an ordinal are the record's place in its block. */
export const blockRecordsMax = 1024;

/** A full file of blocks is never written again; space comes back file by file when its events are dropped. */
export const recordFileBytesMax = 128 * 1024 * 1024;

/**
 * A file that live events are written to ends here. Small: only full ones are packed; large: at 700 bytes an event a
 * million a day are 22 files.
 */
export const liveRecordFileBytesMax = 32 * 1024 * 1024;

/** What is appended at once by live events; imports bring more. */
export const liveAppendBytesMax = 64 * 1024;

/** Files of blocks that are kept open for reading. */
export const openRecordFilesMax = 64;

/** Opened blocks kept for the pages that follow: about 32 KB each. */
export const blockCacheBlocksMax = 256;

/** The same of each thread that reads pages: what is kept longer costs its garbage collector more than it saves. */
export const readerCacheBlocksMax = 64;

/** What pages showed last, as it is sent, in UTF-16 units, nearly always a byte each: some 5,000 events. */
export const keptTextLengthMax = 8 * 1024 * 1024;

/**
 * One transaction: what the main thread sends to the worker at once, in bytes of entries as they are in the log. Of
 * compressed imports these are about 60,000 events.
 */
export const ingestBatchBytesMax = 8 * 1024 * 1024;
export const ingestBatchEntriesMax = 20_000;

/** While one batch is written, the next ones are parsed. Each takes about 20 MB once parsed. */
export const ingestBatchesInFlightMax = 3;

/** What a parse worker gets at once: enough that handing it over costs nothing. */
export const parseTaskBytesMax = 512 * 1024;

/** What a file may hold uncompressed when it is read ahead of its import; the importer allows no more either. */
export const readAheadTextBytesMax = 512 * 1024 * 1024;

/** Files read ahead and not yet imported, once parsed; the oldest are forgotten first and parsed again later. */
export const readAheadBytesMax = 96 * 1024 * 1024;

/** Batches of up to this many live records are parsed where they are; starting a worker would take longer. */
export const parseInlineRecordsMax = 200;

/** Parse workers end when idle for this long: each holds about 20 MB. */
export const parseWorkerIdleMsMax = 5_000;

/** Look-ups at the same time. Each takes one thread of libuv's pool (four by default), which others need too. */
export const lookupConnections = 2;

/** Look-ups that wait for a connection; behind that the store says that it is busy. */
export const lookupsWaitingMax = 1_000;

/**
 * Look-ups give way where so many events a second are recorded besides their own, or where taking events in has more than this
 * share of the time: what answers look-ups is what takes calls, too. What look-ups record of themselves, at 500 of them a second,
 * takes a third of the time.
 */
export const recordedPerSecondMax = 500;
export const ingestShareMax = 0.6;
export const recordingWindowMs = 300;

/** Then look-ups rest for so many times as long as the last one took, so that they have a tenth of the time at most. */
export const lookupRestFactor = 9;
/** One that took long, because the machine is busy, must not keep the others out for as many times as long. */
export const lookupRestMsMax = 100;

/** What DuckDB may hold in memory when the caller names nothing. */
export const duckdbMemoryBytesDefault = 512 * 1024 * 1024;

/** The write-ahead log is folded into the index at this size. Large batches go past it. */
export const duckdbWalBytesMax = 64 * 1024 * 1024;

/** Blocks that a scan opens before it lets look-ups and ingest have the thread: about 1 ms. */
export const scanBlocksPerTurn = 8;

/** Records that `records` reads at once: between two pieces others have their turn. */
export const recordsAtOnceMax = 250;

/** A packed block holds texts until they pass this. */
export const packedBlockTextBytesMax = 24 * 1024;

/** Blocks of live events smaller than this, on average, are worth packing: full ones take 7 KB. */
export const smallBlockBytesMax = 3 * 1024;

/** Packed blocks in front of one block of facts. */
export const packedBlocksPerFacts = 64;
