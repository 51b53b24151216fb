// SPDX-License-Identifier: Apache-2.0
import { type Database, open, type RootDatabase } from 'lmdb';
import type { OperatorLog } from '../../ports/operator-log.js';
import { verifyDataFile } from './data-file.js';

export type Environment = RootDatabase<Buffer, Buffer>;

/** Bytes to bytes: every adapter writes its own keys and values. */
export type Table = Database<Buffer, Buffer>;

const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;

export function openEnvironment(dir: string, log: OperatorLog): Environment {
  verifyDataFile(dir, log);
  return open<Buffer, Buffer>({
    path: dir,
    noSubdir: false,
    maxDbs: 12,
    // A transaction resolves only after fdatasync.
    overlappingSync: false,
    // The writer batches by itself; and lmdb leaves the promise of its own event-turn batch unhandled when a commit
    // fails, which would end the process.
    eventTurnBatching: false,
    ...binary,
  });
}

export function openTable(env: Environment, name: string): Table {
  return env.openDB<Buffer, Buffer>({ name, ...binary });
}
