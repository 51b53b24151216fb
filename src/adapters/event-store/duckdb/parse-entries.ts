// SPDX-License-Identifier: Apache-2.0
import type { CallEntry, ImportEntry, LogEntry } from '../../../ports/event-log.js';
import type { ReadAhead } from '../../../ports/event-store.js';
import { gunzipText } from '../../../record/gunzip-text.js';
import { type IndexFields, indexFieldsOf } from '../../../record/index-fields.js';
import { LogFileError, walkLogFile } from '../../../record/log-file.js';
import { BatchBuilder, type ParsedBatch } from './parsed-batch.js';
import { readAheadTextBytesMax } from './store-limits.js';
import type { TermHasher } from './term-hash.js';

/** An entry of the log without its position. */
export interface ArrivedEntry {
  readonly enteredAtMs: number;
  readonly entry: LogEntry;
}

/** What one import entry may hold once uncompressed; more is no log file but an attack on our memory. */
export const importTextBytesMax = 1024 * 1024 * 1024;

/**
 * Parses entries of the log into columns. What cannot be read becomes a fault and is left out, an import whole, a
 * call record by record: the entry is in the log for good, so failing would stop the history for ever.
 */
export function parseEntries(entries: readonly ArrivedEntry[], hasher: TermHasher): ParsedBatch {
  const builder = new BatchBuilder(hasher);
  for (const { entry, enteredAtMs } of entries) {
    if (entry.kind === 'call') addCall(builder, entry, enteredAtMs);
    // Into an event data store: no history has it.
    else if (entry.eventDataStore === undefined) addImport(builder, entry, enteredAtMs);
  }
  return builder.finish();
}

function addCall(builder: BatchBuilder, entry: CallEntry, enteredAtMs: number): void {
  for (const { json, accountId, region, category } of entry.records) {
    // Made for one trail, for event data stores: no history has them.
    if (category === 'Aggregated' || category === 'ActivityAuditLog') continue;
    let fields: IndexFields;
    try {
      fields = indexFieldsOf(json);
    } catch (error) {
      builder.fault(`a record of ${accountId} in ${region}: ${messageOf(error)}`);
      continue;
    }
    builder.add(json, fields, { accountId, region, category, enteredAtMs });
  }
}

function addImport(builder: BatchBuilder, entry: ImportEntry, enteredAtMs: number): void {
  const mark = builder.mark();
  const owner = { accountId: entry.accountId, enteredAtMs };
  try {
    const text = entry.gzip ? gunzipText(entry.bytes, importTextBytesMax) : entry.bytes;
    const { rejectedCount, rejected } = walkLogFile(text, ({ json, fields }) =>
      builder.add(json, fields, owner),
    );
    for (const { index, reason } of rejected) builder.fault(`${entry.source}, record ${index}: ${reason}`);
    if (rejectedCount > rejected.length)
      builder.fault(`${entry.source}: ${rejectedCount - rejected.length} more records`);
  } catch (error) {
    builder.rewind(mark);
    builder.fault(`${entry.source}: ${messageOf(error)}`);
  }
}

/** A file whose import is still to come: the owner of its events is not known yet (`ownedBy`). Throws LogFileError. */
export function parseAhead(
  bytes: Uint8Array,
  hasher: TermHasher,
): { summary: ReadAhead; batch: ParsedBatch } {
  const builder = new BatchBuilder(hasher);
  const text = unzipped(bytes);
  const nobody = { accountId: '', enteredAtMs: 0 };
  const summary = walkLogFile(text, ({ json, fields }) => builder.add(json, fields, nobody));
  return { summary: { ...summary, textBytes: text.length }, batch: builder.finish() };
}

function unzipped(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipText(bytes, readAheadTextBytesMax);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const limit = `uncompressed it has more than ${readAheadTextBytesMax / 1024 ** 2} MB: split it`;
    throw new LogFileError(code === 'ERR_BUFFER_TOO_LARGE' ? limit : `not valid gzip: ${message}`, {
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
