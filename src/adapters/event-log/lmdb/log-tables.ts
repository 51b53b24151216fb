// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import { type Environment, openEnvironment, openTable, type Table } from '../../lmdb/open-environment.js';

/** The tables of the one LMDB environment that holds log and state. */
export interface LogTables {
  readonly env: Environment;
  /** Batches by `batch-key.ts`, in the form of `batch-value.ts`. */
  readonly batches: Table;
  /** Import bytes in pieces, by sequence and piece. */
  readonly chunks: Table;
  /** Reader name → `checkpoint-value.ts`. */
  readonly checkpoints: Table;
  /** `format` and `head`. */
  readonly meta: Table;
  readonly state: Table;
}

export function openLogTables(dir: string, log: OperatorLog): LogTables {
  const env = openEnvironment(dir, log);
  return {
    env,
    batches: openTable(env, 'batches'),
    chunks: openTable(env, 'chunks'),
    checkpoints: openTable(env, 'checkpoints'),
    meta: openTable(env, 'meta'),
    state: openTable(env, 'state'),
  };
}
