// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib';
import type { CallEntry, ImportEntry, LogEntry } from '../../../ports/event-log.js';
import { type IndexFields, indexFieldsOf } from '../../../record/index-fields.js';
import { walkLogFile } from '../../../record/log-file.js';
import { BatchBuilder, type ParsedBatch } from './parsed-batch.js';
import type { TermHasher } from './term-hash.js';

/** An entry of the log without its position. */
export interface ArrivedEntry {
  readonly enteredAtMs: number;
  readonly entry: LogEntry;
}

/** What one import entry may hold once uncompressed; more is no log file but an attack on our memory. */
export const importTextBytesMax = 1024 * 1024 * 1024;

/** zlib's chunks are 16 KB; putting those together would be a quarter of the time. */
const unzipChunkBytesMin = 256 * 1024;
const unzipChunkBytesMax = 16 * 1024 * 1024;

/**
 * Parses entries of the log into columns. What cannot be read becomes a fault and is left out, an import whole, a
 * call record by record: the entry is in the log for good, so failing would stop the history for ever.
 */
export function parseEntries(entries: readonly ArrivedEntry[], hasher: TermHasher): ParsedBatch {
  const builder = new BatchBuilder(hasher);
  for (const { entry, enteredAtMs } of entries) {
    if (entry.kind === 'call') addCall(builder, entry, enteredAtMs);
    else addImport(builder, entry, enteredAtMs);
  }
  return builder.finish();
}

function addCall(builder: BatchBuilder, entry: CallEntry, enteredAtMs: number): void {
  for (const { json, accountId, region, category } of entry.records) {
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
    const text = entry.gzip ? unzip(entry.bytes) : entry.bytes;
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

/** gzip ends with the length of the text, modulo 2^32 (RFC 1952): a hint, as whoever made the file may have lied. */
function unzip(bytes: Uint8Array): Buffer {
  const textBytes =
    bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const chunkSize = Math.min(unzipChunkBytesMax, Math.max(unzipChunkBytesMin, textBytes + 1));
  return gunzipSync(bytes, { maxOutputLength: importTextBytesMax, chunkSize });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
