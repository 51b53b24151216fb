// SPDX-License-Identifier: Apache-2.0
// Oracle: the port's contract suite.
import { testEventLogContract } from '../../../ports/contract/event-log-contract.js';
import { importBytesMax } from './log-limits.js';
import { openLmdbStores } from './open-lmdb-stores.js';

testEventLogContract('lmdb', openLmdbStores, { importBytesMax });
