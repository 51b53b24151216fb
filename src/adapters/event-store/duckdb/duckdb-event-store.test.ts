// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract suite of the port.
import { testEventStoreContract } from '../../../ports/contract/event-store-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';

testEventStoreContract('duckdb', (place) => openDuckdbEventStore(place, { log: silentLog }));
