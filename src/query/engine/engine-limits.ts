// SPDX-License-Identifier: Apache-2.0

const MiB = 1024 * 1024;

/** Queries at a time. More of them would only share the same cores, and take recording's. */
export const runningMax = 2;
/** Beyond it, `run` is refused with BUSY: each waiting query is held by a caller that will want an answer. */
export const waitingMax = 1_000;
/** Statements at a time that are only read; the others wait, at most `waitingMax`. */
export const checkingMax = 1;
/** Threads of one query. */
export const threadsMax = 2;

/** What one query may be given at most, whatever its limits say. */
export const queryMemoryBytesMax = 2_048 * MiB;
/** What a process needs besides its query's data: Node, the parser, code, stacks of threads. Measured: 250 MiB. */
export const processOverheadBytes = 640 * MiB;
/** How often the memory of a process at work is looked at. The system's own limit holds between two looks. */
export const memoryLookMs = 50;

/** A process that has nothing to do ends after this time. */
export const idleMsMax = 180_000;
/** A process is replaced after so many statements, or when it has kept more memory than this: nothing adds up for ever. */
export const statementsPerProcessMax = 500;
export const keptMemoryBytesMax = 400 * MiB;
/** From fork to the first message, on a machine that is busy. */
export const startMsMax = 30_000;
/** Reading a statement without running it. */
export const checkMsMax = 10_000;
/** CPU time of a process. It ends one whose server was killed while it was in the middle of something. */
export const cpuSecondsMax = 14_400;

/** Messages from the process. What is longer is no message of ours. */
export const childFrameBytesMax = 24 * MiB;
/** Messages to the process: files of a table by the ten thousand, small tables. */
export const parentFrameBytesMax = 96 * MiB;
/** Rows on their way to the consumer: one batch is sent, one is made. */
export const batchRowsMax = 1_000;
export const batchBytesMax = 512 * 1024;
/** Of packed rows: what is kept as one piece. */
export const packedBatchBytesMax = 1024 * 1024;
/** CSV of a result that comes along with it: it is in memory until it is delivered. Of larger results it is made once more. */
export const csvBytesMax = 4 * 1024 * 1024;
/** Printed cells of one row. */
export const rowBytesMax = 8 * MiB;

/** Views in views. */
export const viewDepthMax = 16;
/** Tables and views of one statement, those within views too. */
export const tablesMax = 200;

/**
 * A query that shows no more rows than this reads them as records, by their places, instead of all columns of all rows near
 * them: a column of a row group (122,880 rows) is opened whole for one row. About 0.2 ms a record of the history's time.
 */
export const lateRowsMax = 2_500;
/** The same of tables whose records stand in their own files. */
export const lateRowsInFilesMax = 10_000;
/** Processor time of a row that is read as a record, in nanoseconds: as long as it is less than the columns would take. */
export const lateRowNs = 400_000;
export const lateRowInFilesNs = 200_000;
/** What the columns of fewer rows would take is not worth asking twice: 0.1 s. */
export const lateRowsWorthIt = 500;
/** Where there are fewer rows all columns are read as fast. */
export const lateFromRows = 150_000;
/** Records at a time. */
export const placesAtOnceMax = 500;
/** Text of the records of one query. Beyond it the columns are read. */
export const lateBytesMax = 16 * MiB;
/** The same where they stand in the files: nobody else holds them, and the process has them a few times. */
export const lateBytesInFilesMax = 32 * MiB;
/** DuckDB's own way of reading rows late, of one table sorted and cut off: it asks the sorted columns first. */
export const sortedLateRowsMax = 5_000;
