// SPDX-License-Identifier: Apache-2.0
// Oracle: faults that the test puts in, and the clock that it sets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../ports/clock.js';
import type { LogEntry } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { startIndexer } from './start-indexer.js';
import { ScriptedEventLog, ScriptedEventStore } from './testing/scripted-stores.js';

const call: LogEntry = { kind: 'call', records: [], changes: [] };

test('an indexer tells how far behind it is, and for how long it has failed', async () => {
  const eventLog = new ScriptedEventLog();
  const eventStore = new ScriptedEventStore();
  const clock = new ManualClock(1_000_000);
  const indexer = startIndexer({ eventLog, eventStore, clock, historyMs: 1_000, log: silentLog });
  try {
    await indexer.caughtUpTo(await eventLog.append(call));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual([indexer.behindMs(), indexer.failingMs()], [0, 0]);

    eventStore.faults.push(new Error('the disk'), new Error('the disk'));
    const position = await eventLog.append(call);
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.ok(indexer.failingMs() > 0 && indexer.failingMs() < 60_000, `${indexer.failingMs()} ms`);
    assert.ok(indexer.behindMs() >= 50 && indexer.behindMs() < 60_000, `${indexer.behindMs()} ms`);

    await indexer.caughtUpTo(position);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual([indexer.behindMs(), indexer.failingMs()], [0, 0]);
  } finally {
    await indexer.stop();
  }
});
