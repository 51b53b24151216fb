// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { openLmdbLogEventStore } from './adapters/log-event-store/lmdb/open-lmdb-log-event-store.js';
import { CannotStartError } from './cannot-start-error.js';
import type { LocalCairn } from './composition-local.js';
import type { Undo } from './composition-undo.js';
import { type LogGroups, startLogGroups } from './pipelines/log-groups/start-log-groups.js';
import type { LogEventStore } from './ports/log-event-store.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { LogsDependencies } from './services/logs/logs-dependencies.js';

/** The store of log events, and the reader that brings the events of trails into it. */
export interface RunningLogGroups {
  readonly logEventStore: LogEventStore;
  readonly logGroups: LogGroups;
}

/** Opens and starts both; `undo` stops them in their order. */
export async function startLogGroupsOf(
  local: LocalCairn,
  log: OperatorLog,
  undo: Undo,
): Promise<RunningLogGroups> {
  const { eventLog, stateStore, clock } = local;
  const logEventStore = await open(local.directory.logGroups, log);
  undo.add(() => logEventStore.close());
  const logGroups = await startLogGroups({ eventLog, stateStore, logEventStore, clock, log });
  undo.add(() => logGroups.stop());
  return { logEventStore, logGroups };
}

export function logsDependenciesOf(
  { clock }: LocalCairn,
  { logEventStore }: RunningLogGroups,
): Omit<LogsDependencies, 'model'> {
  return { logEventStore, clock, randomId: randomUUID };
}

/** What a start may meet that is no bug. */
const plainReasons: ReadonlySet<string> = new Set([
  'LogEventStoreFormatError',
  'LogEventStoreFullError',
  'DamagedStoreError',
]);

async function open(dir: string, log: OperatorLog): Promise<LogEventStore> {
  try {
    return await openLmdbLogEventStore(dir, { log });
  } catch (error) {
    if (!(error instanceof Error) || !plainReasons.has(error.name)) throw error;
    throw new CannotStartError(`cannot use the log events: ${error.message}`, { cause: error });
  }
}
