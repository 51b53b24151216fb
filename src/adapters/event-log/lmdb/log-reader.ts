// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';
import type { ReadLimits, StoredEntry } from '../../../ports/event-log.js';
import {
  type BatchKey,
  batchBound,
  decodeBatchKey,
  encodeBatchKey,
  encodeChunkKey,
  lastSequence,
} from './batch-key.js';
import { DamagedBatchError, type DecodedBatch, decodeBatch } from './batch-value.js';
import { decodeEntry } from './entry-codec.js';
import { readBytesMaxDefault, readEntriesMaxDefault } from './log-limits.js';
import { toPosition } from './log-position.js';
import type { LogTables } from './log-tables.js';

/**
 * Entries numbered above `after` and not above `last`, oldest first, all from one snapshot. Batches that are not needed are not inflated,
 * entries that are not asked for are not parsed.
 * Throws DamagedBatchError, naming the entries, rather than leave a hole.
 */
export function readEntries(
  tables: LogTables,
  after: number,
  last: number,
  limits: ReadLimits,
): StoredEntry[] {
  const entriesMax = limits.entriesMax ?? readEntriesMaxDefault;
  const bytesMax = limits.bytesMax ?? readBytesMaxDefault;
  const found: StoredEntry[] = [];
  let bytes = 0;
  for (const key of batchKeysBehind(tables, after)) {
    if (key.first > last) return found;
    const { appendedAtMs, bodies } = readBatch(tables, key);
    for (let i = Math.max(0, after + 1 - key.first); i < bodies.length; i++) {
      if (found.length >= entriesMax || bytes >= bytesMax) return found;
      const sequence = key.first + i;
      const entry = readEntry(tables, sequence, bodies[i] as Buffer);
      found.push({ position: toPosition(sequence), appendedAtMs, entry });
      bytes += (bodies[i] as Buffer).length + (entry.kind === 'import' ? entry.bytes.length : 0);
    }
    if (found.length >= entriesMax || bytes >= bytesMax) return found;
  }
  return found;
}

/** The batch that holds entry `after + 1`, if it is not trimmed, and all later ones. */
function* batchKeysBehind({ batches }: LogTables, after: number): Iterable<BatchKey> {
  for (const keyBytes of batches.getKeys({ start: batchBound(after + 1), reverse: true, limit: 1 })) {
    const key = decodeBatchKey(keyBytes);
    if (lastSequence(key) > after) yield key;
  }
  for (const keyBytes of batches.getKeys({ start: batchBound(after + 1) })) yield decodeBatchKey(keyBytes);
}

export function readBatch({ batches }: LogTables, key: BatchKey): DecodedBatch {
  const value = batches.getBinary(encodeBatchKey(key));
  try {
    if (value === undefined) throw new DamagedBatchError('its value is gone');
    return decodeBatch(value, key.count);
  } catch (cause) {
    throw damaged(key.first, lastSequence(key), cause);
  }
}

function readEntry(tables: LogTables, sequence: number, body: Buffer): StoredEntry['entry'] {
  try {
    return decodeEntry(body, (bytes, crc) => readChunks(tables, sequence, bytes, crc));
  } catch (cause) {
    throw damaged(sequence, sequence, cause);
  }
}

function readChunks({ chunks }: LogTables, sequence: number, bytes: number, crc: number): Uint8Array {
  const whole = Buffer.concat(
    Array.from(
      chunks.getRange({ start: encodeChunkKey(sequence, 0), end: encodeChunkKey(sequence + 1, 0) }),
      ({ value }) => value,
    ),
  );
  if (whole.length !== bytes) throw new DamagedBatchError(`${whole.length} import bytes, not ${bytes}`);
  if (crc32(whole) !== crc) throw new DamagedBatchError('the checksum of the import bytes does not hold');
  return whole;
}

/** Reads a whole batch, import bytes too. Throws DamagedBatchError. */
export function verifyBatch(tables: LogTables, key: BatchKey): void {
  for (const [i, body] of readBatch(tables, key).bodies.entries()) readEntry(tables, key.first + i, body);
}

function damaged(first: number, last: number, cause: unknown): DamagedBatchError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DamagedBatchError(
    `the log entries ${toPosition(first)} to ${toPosition(last)} are damaged: ${reason}`,
    { cause },
  );
}
