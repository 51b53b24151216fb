// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import type { Environment, Table } from '../../lmdb/open-environment.js';
import { openTables } from '../../lmdb/open-tables.js';
import { otherFormat } from '../../lmdb/stored-format.js';

/** Raise it with every change of what lies in the tables, and read or convert the older ones. */
const queueFormat = 1;

/** The stored queue was written by another version than this program can read. */
export class MessageQueueFormatError extends Error {
  override readonly name = 'MessageQueueFormatError';
}

export interface QueueTables {
  readonly env: Environment;
  /** `queue-key.ts` → WaitingRow. */
  readonly waiting: Table;
  /** Number of the message → its body. */
  readonly bodies: Table;
  /** Number of the message → u32: how many deliveries and dead letters use the body. */
  readonly uses: Table;
  /** Number → DeadRow. */
  readonly dead: Table;
  /** `format`, and `counter` for numbers. */
  readonly meta: Table;
}

export interface WaitingRow {
  readonly message: number;
  readonly messageId: string;
  readonly attempts: number;
  readonly putAtMs: number;
  readonly bytes: number;
}

export interface DeadRow extends WaitingRow {
  readonly lane: string;
  readonly deadAtMs: number;
  readonly reason: string;
}

export function encodeRow(row: WaitingRow | DeadRow): Buffer {
  return Buffer.from(JSON.stringify(row));
}

export function decodeRow<Row extends WaitingRow>(bytes: Buffer): Row {
  return JSON.parse(bytes.toString('utf8')) as Row;
}

/** Throws MessageQueueFormatError and DamagedStoreError. */
export function openQueueTables(dir: string, log: OperatorLog): Promise<QueueTables> {
  const names = { waiting: 'waiting', bodies: 'bodies', uses: 'uses', dead: 'dead', meta: 'meta' };
  return openTables(dir, log, names, (tables) => verifyFormat(tables, dir));
}

function verifyFormat({ meta, waiting }: QueueTables, dir: string): void {
  const stored = otherFormat(meta, () => waiting.getKeysCount({ limit: 1 }) === 0, queueFormat);
  if (stored === undefined) return;
  throw new MessageQueueFormatError(
    `the messages in ${dir} have the stored format ${stored}, this version reads format ${queueFormat}; nothing was changed`,
  );
}
