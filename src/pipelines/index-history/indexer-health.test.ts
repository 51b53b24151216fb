// SPDX-License-Identifier: Apache-2.0
// Oracle: faults that the test puts in, and the clock that it sets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../ports/clock.js';
import type { LogEntry } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { startIndexer } from './start-indexer.js';
import { ScriptedEventLog, ScriptedEventStore } from './testing/scripted-stores.js';

const call: LogEntry = { kind: 'call', records: [], changes: [] };

test('an indexer tells how far behind it is, and for how long it has failed', async () => {
  const eventLog = new ScriptedEventLog();
  const eventStore = new ScriptedEventStore();
  const clock = new ManualClock(1_000_000);
  const indexer = startIndexer({ eventLog, eventStore, clock, historyMs: 1_000, log: silentLog });
  try {
    const isWell = () => indexer.behindMs() === 0 && indexer.failingMs() === 0;
    await indexer.caughtUpTo(await eventLog.append(call));
    await until(isWell);
    assert.deepEqual([indexer.behindMs(), indexer.failingMs()], [0, 0]);

    const startedAt = performance.now();
    for (let i = 0; i < 1_000; i += 1) eventStore.faults.push(new Error('the disk'));
    const position = await eventLog.append(call);
    await until(() => indexer.failingMs() > 0 && indexer.behindMs() >= 50);
    const [failingMs, behindMs] = [indexer.failingMs(), indexer.behindMs()];
    const passedMs = performance.now() - startedAt;
    assert.ok(failingMs > 0 && failingMs <= passedMs, `${failingMs} of ${passedMs} ms`);
    assert.ok(behindMs >= 50 && behindMs <= passedMs, `${behindMs} of ${passedMs} ms`);
    assert.ok(behindMs >= failingMs, 'it was behind before it failed');

    eventStore.faults.length = 0;
    await indexer.caughtUpTo(position);
    await until(isWell);
    assert.deepEqual([indexer.behindMs(), indexer.failingMs()], [0, 0]);
  } finally {
    await indexer.stop();
  }
});
