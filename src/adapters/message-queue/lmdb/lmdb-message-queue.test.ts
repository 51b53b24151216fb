// SPDX-License-Identifier: Apache-2.0
// Oracle: the port's contract suite; for a full disk, what was told about free bytes.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../ports/clock.js';
import { testMessageQueueContract } from '../../../ports/contract/message-queue-contract.js';
import { MessageQueueFullError } from '../../../ports/message-queue.js';
import { openLmdbMessageQueue } from './open-lmdb-message-queue.js';

testMessageQueueContract('LMDB', openLmdbMessageQueue);

test('a full disk refuses puts, and what waits can still be settled', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-messages-'));
  let free = 10 ** 9;
  const queue = await openLmdbMessageQueue(dir, { clock: systemClock, diskFreeBytes: () => free });
  try {
    const put = () => queue.put([{ id: 'm', lanes: ['a'], body: Buffer.from('x') }]);
    await put();
    free = 64 * 1024 ** 2;
    await assert.rejects(put(), MessageQueueFullError);
    const [delivery] = queue.due('a', Date.now(), 1);
    await queue.settle(delivery!, { kind: 'delivered' });
    assert.equal(queue.counts().waitingDeliveries, 0);
    free = 10 ** 9;
    await put();
  } finally {
    await queue.close();
    await rm(dir, { recursive: true, force: true });
  }
});
