// SPDX-License-Identifier: Apache-2.0
import { testEventStoreContract } from '../../../ports/contract/event-store-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';

testEventStoreContract('duckdb', (dir) => openDuckdbEventStore(dir, { log: silentLog }));

// The same with runs so small that every test has several, merged at once, and with look-ups that wait for them.
testEventStoreContract('duckdb, many small runs', async (dir) => {
  const store = await openDuckdbEventStore(dir, {
    log: silentLog,
    termIndex: { rowsPerRun: 3, quietMsBeforeMerge: 0 },
  });
  await store.indexFacts();
  return store;
});
