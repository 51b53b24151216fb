// SPDX-License-Identifier: Apache-2.0
import { type KeyUpkeepDependencies, runKeyUpkeep } from '../../keys/key-upkeep.js';
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';

/** Waiting periods and rotation periods are days; a key that is due is refused at once, also before it is removed. */
const everyMs = 60_000;

export interface KeyUpkeepOptions extends KeyUpkeepDependencies {
  readonly clock: Clock;
  readonly log: OperatorLog;
}

export interface KeyUpkeep {
  /** Ends a run under way between two keys. */
  stop(): Promise<void>;
}

/** Deletes and rotates keys when their time comes: at once, for what fell due while nobody ran, then every minute. */
export function startKeyUpkeep(options: KeyUpkeepOptions): KeyUpkeep {
  const abort = new AbortController();
  let running = Promise.resolve();
  const runNext = () => {
    running = running.then(() => run(options, abort.signal));
  };
  runNext();
  const timer = setInterval(runNext, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      abort.abort();
      await running;
    },
  };
}

async function run(options: KeyUpkeepOptions, signal: AbortSignal): Promise<void> {
  try {
    const counts = await runKeyUpkeep(options.clock.now(), options, signal);
    if (counts.deleted + counts.rotated > 0) options.log.info({ ...counts }, 'keys were deleted or rotated');
  } catch (err) {
    options.log.error({ err }, 'the upkeep of keys failed; the next run tries again');
  }
}
