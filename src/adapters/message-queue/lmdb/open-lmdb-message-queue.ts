// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../../ports/clock.js';
import { MessageQueueFullError } from '../../../ports/message-queue.js';
import { type OperatorLog, silentLog } from '../../../ports/operator-log.js';
import { diskFreeBytes } from '../../lmdb/disk-room.js';
import { LmdbMessageQueue } from './lmdb-message-queue.js';
import { defaultLimits, type QueueLimits } from './queue-limits.js';
import { openQueueTables } from './queue-tables.js';

export interface OpenMessageQueueOptions {
  readonly clock: Clock;
  readonly log?: OperatorLog;
  readonly limits?: Partial<QueueLimits>;
  /** Bytes free on the disk; asked of the file system by default. */
  readonly diskFreeBytes?: () => number;
}

/** Opening needs a little: LMDB's lock file is mapped, and touching a mapped page that the disk cannot hold is SIGBUS. */
const diskFreeBytesToOpen = 1024 ** 2;

/**
 * Opens the message queue in `dir`, made when it is not there. One process at a time; keeping others out is the
 * caller's part. Throws MessageQueueFormatError, DamagedStoreError, MessageQueueFullError when the disk is full.
 */
export async function openLmdbMessageQueue(
  dir: string,
  options: OpenMessageQueueOptions,
): Promise<LmdbMessageQueue> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const freeBytes = options.diskFreeBytes ?? (() => diskFreeBytes(dir));
  if (freeBytes() < diskFreeBytesToOpen)
    throw new MessageQueueFullError(`the disk of ${dir} is full: the message queue cannot be opened`);
  const tables = await openQueueTables(dir, options.log ?? silentLog);
  return new LmdbMessageQueue(tables, {
    clock: options.clock,
    limits: { ...defaultLimits, ...options.limits },
    diskFreeBytes: freeBytes,
  });
}
