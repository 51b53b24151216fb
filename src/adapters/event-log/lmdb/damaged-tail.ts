// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import {
  type BatchKey,
  batchBound,
  decodeBatchKey,
  encodeBatchKey,
  encodeChunkKey,
  lastSequence,
} from './batch-key.js';
import { DamagedBatchError } from './batch-value.js';
import { readHead, writeHead } from './log-head.js';
import { toPosition } from './log-position.js';
import { verifyBatch } from './log-reader.js';
import type { LogTables } from './log-tables.js';

/**
 * Cuts damaged batches off the end of the log, newest first, up to the first sound one.
 *
 * LMDB never shows a half-written transaction, so a damaged tail means that pages of a finished one were changed or
 * lost below us: a device that lied about fsync, a copy taken while the file was written. What is done, and why:
 * - The folded state stays. Its changes were acknowledged, lie in other pages, and cannot be taken back anyway.
 * - The numbers of the cut entries are not used again: revisions in the state and positions of readers refer to them.
 *   Readers go on behind the cut, as they do behind trimmed entries.
 * - The operator is told exactly which entries are gone; damage further back is not touched: reading it rejects.
 */
export function cutDamagedTail(tables: LogTables, log: OperatorLog): void {
  for (let key = lastBatch(tables); key !== undefined; key = lastBatch(tables)) {
    const damage = damageOf(tables, key);
    if (damage === undefined) return;
    cut(tables, key);
    const facts = {
      first: toPosition(key.first),
      last: toPosition(lastSequence(key)),
      entries: key.count,
      reason: damage.message,
    };
    log.error(
      facts,
      'the end of the event log was damaged and has been cut; the records of these entries are lost',
    );
  }
}

function lastBatch({ batches }: LogTables): BatchKey | undefined {
  for (const key of batches.getKeys({ start: batchBound(Number.MAX_SAFE_INTEGER), reverse: true, limit: 1 }))
    return decodeBatchKey(key);
  return undefined;
}

function damageOf(tables: LogTables, key: BatchKey): Error | undefined {
  try {
    verifyBatch(tables, key);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedBatchError) return error;
    throw error;
  }
}

function cut(tables: LogTables, key: BatchKey): void {
  tables.env.transactionSync(() => {
    tables.batches.removeSync(encodeBatchKey(key));
    const pieces = { start: encodeChunkKey(key.first, 0), end: encodeChunkKey(lastSequence(key) + 1, 0) };
    for (const piece of Array.from(tables.chunks.getKeys(pieces))) tables.chunks.removeSync(piece);
    const head = readHead(tables);
    writeHead(tables, { ...head, liveBytes: head.liveBytes - key.bytes });
  });
}
