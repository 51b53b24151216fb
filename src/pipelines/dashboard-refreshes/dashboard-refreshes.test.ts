// SPDX-License-Identifier: Apache-2.0
/** Oracle: CloudTrail API Reference, "RefreshSchedule", "GetDashboard" (LastRefreshFailureReason); a clock that the test sets. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { type DashboardDocument, dashboardKey } from '../../event-data-stores/dashboard.js';
import { ManualClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import { startDashboardRefreshes } from './start-dashboard-refreshes.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-dashboards-'));
const startMs = Date.UTC(2026, 10, 21, 10, 30);
const clock = new ManualClock(startMs);
let stores: LmdbStores;

function dashboard(name: string, status: 'ENABLED' | 'DISABLED'): DashboardDocument {
  return {
    name,
    accountId: '111122223333',
    region: 'us-east-1',
    type: 'CUSTOM',
    status: 'CREATED',
    widgets: [],
    refreshSchedule: { unit: 'HOURS', value: 1, status, timeOfDay: '00:00' },
    isTerminationProtected: false,
    tags: {},
    createdAtMs: startMs,
    updatedAtMs: startMs,
    scheduledFromMs: startMs,
  };
}
async function put(value: DashboardDocument): Promise<void> {
  await stores.eventLog.append({ kind: 'call', records: [], changes: [{ key: dashboardKey(value), value }] });
}
const found = (name: string) =>
  stores.stateStore.get<DashboardDocument>(dashboardKey(dashboard(name, 'ENABLED')))?.value;

before(async () => {
  stores = await openLmdbStores(join(dir, 'log'), { clock, log: silentLog });
});
after(async () => {
  await stores.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

test('refreshed when it is due, once for all that was missed; a failure is told and not tried again at once', async () => {
  await put(dashboard('on', 'ENABLED'));
  await put(dashboard('off', 'DISABLED'));
  await put(dashboard('failing', 'ENABLED'));
  const refreshed: string[] = [];
  const refreshes = startDashboardRefreshes({
    ...stores,
    clock,
    log: silentLog,
    refresh: async (each) => {
      refreshed.push(each.name);
      if (each.name === 'failing') throw new Error('not authorized');
      await put({ ...each, scheduledFromMs: clock.now() });
    },
  });
  await refreshes.runNow();
  assert.deepEqual(refreshed, []);
  clock.set(startMs + 5 * 3_600_000);
  await refreshes.runNow();
  await refreshes.runNow();
  assert.deepEqual(refreshed.toSorted(), ['failing', 'on']);
  assert.equal(found('failing')?.lastRefreshFailureReason, 'not authorized');
  clock.set(startMs + 6 * 3_600_000);
  await refreshes.runNow();
  assert.deepEqual(refreshed.toSorted(), ['failing', 'failing', 'on', 'on']);
  await refreshes.stop();
});
