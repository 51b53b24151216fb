// SPDX-License-Identifier: Apache-2.0
import { type ExecutionEntry, executionDaysMax } from '../../athena/query-execution.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';

const everyMs = 3_600_000;
const pageMax = 500;
const prefix = 'athena-execution/';

/** The lists of work groups forget queries as their documents go. A day later than those: a list may be behind, not ahead. */
const keptMs = (executionDaysMax + 1) * 86_400_000;

export interface ExecutionUpkeepOptions {
  readonly stateStore: Pick<StateStore, 'list'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

export interface ExecutionUpkeep {
  stop(): Promise<void>;
}

export function startExecutionUpkeep(options: ExecutionUpkeepOptions): ExecutionUpkeep {
  let work = Promise.resolve();
  const timer = setInterval(() => {
    work = work.then(() =>
      removeOldExecutions(options).catch((err: unknown) => {
        options.log.error({ err }, 'old queries could not be taken from their lists; it is tried again');
      }),
    );
  }, everyMs).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await work;
    },
  };
}

export async function removeOldExecutions({
  stateStore,
  eventLog,
  clock,
}: Omit<ExecutionUpkeepOptions, 'log'>): Promise<void> {
  const before = clock.now() - keptMs;
  for (let after: string | undefined; ; ) {
    const page = stateStore.list<ExecutionEntry>(prefix, {
      limit: pageMax,
      ...(after === undefined ? {} : { after }),
    });
    const old = page.filter(({ value }) => value.submittedAtMs < before);
    const changes = old.map(({ key, revision }) => ({ key, value: null, expected: revision }));
    if (changes.length > 0) await eventLog.append({ kind: 'call', records: [], changes });
    after = page.at(-1)?.key;
    if (page.length < pageMax) return;
  }
}
