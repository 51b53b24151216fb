// SPDX-License-Identifier: Apache-2.0

/** What one read of the log takes at most: bounds the memory of the reader. */
export const readEntriesMax = 2_000;
export const readBytesMax = 16 * 1024 ** 2;

/** Selected records that wait for their segment, all stores together: what is beyond it is written first. */
export const batchBytesMax = 32 * 1024 ** 2;
export const batchRecordsMax = 50_000;

/** Nothing waits longer than this for its segment; then the log can be trimmed behind it too. */
export const batchAgeMsMax = 120_000;

/** How often the place in the log is saved while no store takes anything: it only lets the log be trimmed. */
export const saveEveryMs = 5_000;

/** A wake-up waits so long for more entries: bursts are read at once. */
export const gatherMs = 50;

export const idleCheckMs = 30_000;

/** How often records that are older than their store's retention are dropped. */
export const retentionEveryMs = 24 * 3_600_000;

/** What one imported file may hold uncompressed; the import checked it before. */
export const importTextBytesMax = 1024 ** 3;

/** Lines of an import are given to the writer in pieces of about this size. */
export const importPieceBytes = 24 * 1024 ** 2;

/** The thread that reads imports ends when it had nothing to do for so long. */
export const importThreadIdleMs = 10_000;

export const retryFirstMs = 500;
export const retryLastMs = 30_000;
