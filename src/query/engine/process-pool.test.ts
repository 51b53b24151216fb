// SPDX-License-Identifier: Apache-2.0
// Oracle: which processes the pool hands out, and whether they are gone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { statementsPerProcessMax } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';
import { ProcessPool } from './process-pool.js';

const entry = new URL('./testing/stand-in-main.js', import.meta.url);
const pools: ProcessPool[] = [];
after(() => Promise.all(pools.map((pool) => pool.close())));

function open(): ProcessPool {
  const pool = new ProcessPool({ entry, log: silentLog });
  pools.push(pool);
  return pool;
}

async function wearOut(pool: ProcessPool): Promise<EngineProcess> {
  const worn = await pool.take();
  worn.statementCount = statementsPerProcessMax;
  pool.giveBack(worn);
  return worn;
}

async function answers(process: EngineProcess): Promise<void> {
  process.send({ type: 'check', sql: 'SELECT 1', dialect: 'athena' });
  assert.equal((await process.next()).type, 'checked');
}

test('a worn process is gone, and one that has started meanwhile is in its place', async () => {
  const pool = open();
  const worn = await wearOut(pool);
  await worn.gone;
  await until(() => pool.idleCount > 0);
  const next = await pool.take();
  assert.equal(pool.idleCount, 0);
  assert.notEqual(next.pid, worn.pid);
  await answers(next);
  pool.giveBack(next);
  assert.equal(await pool.take(), next);
});

test('whoever comes while it starts gets it, once', async () => {
  const pool = open();
  await wearOut(pool);
  const [one, other] = await Promise.all([pool.take(), pool.take()]);
  assert.notEqual(one.pid, other.pid);
  for (const process of [one, other]) await answers(process);
  assert.equal(pool.idleCount, 0);
});

test('closing ends one that is on its way', async () => {
  const pool = open();
  await wearOut(pool);
  await pool.close();
  assert.equal(pool.idleCount, 0);
});
