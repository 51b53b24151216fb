// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs';
import { systemClock } from '../../../ports/clock.js';
import { StaleRevisionError } from '../../../ports/event-log.js';
import { openLmdbStores } from './open-lmdb-stores.js';

/**
 * The victim of the kill test: appends with eight writers until it is killed. An id is printed only after its append
 * resolved, by a synchronous write: what the parent has read was acknowledged.
 *
 * Each entry counts up the writer's own counter and one that all writers share, both by compare-and-set; a
 * reader saves checkpoints beside them. Arguments: folder, name of this round.
 */
const [, , dir = '', round = ''] = process.argv;
const writers = 8;

interface Counter {
  readonly count: number;
}

const { eventLog, stateStore } = await openLmdbStores(dir, { clock: systemClock });

function countUp(key: string): { key: string; value: Counter; expected: ReturnType<typeof revision> } {
  return {
    key,
    value: { count: (stateStore.get<Counter>(key)?.value.count ?? 0) + 1 },
    expected: revision(key),
  };
}

function revision(key: string) {
  return stateStore.get(key)?.revision ?? null;
}

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const eventID = `${round}-${writer}-${n}`;
    const shared = n % 4 === 0 ? [countUp('counter/shared')] : [];
    const json = JSON.stringify({ eventID, padding: 'x'.repeat((n * 37) % 3_000) });
    const record = { accountId: '111122223333', region: 'us-east-1', category: 'Management', json } as const;
    try {
      await eventLog.append({
        kind: 'call',
        records: [record],
        changes: [countUp(`counter/${writer}`), ...shared],
      });
      writeSync(1, `${eventID}\n`);
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
}

async function keepCheckpoints(): Promise<void> {
  for (;;) {
    await eventLog.saveCheckpoint('reader', { position: eventLog.head(), state: { round } });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

writeSync(1, 'ready\n');
await Promise.all([keepCheckpoints(), ...Array.from({ length: writers }, (_, writer) => write(writer))]);
