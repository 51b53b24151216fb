// SPDX-License-Identifier: Apache-2.0
// Oracle: the port's contract suite.
import { testObjectStoreContract } from '../../../ports/contract/object-store-contract.js';
import { testStoreKey } from '../../../ports/contract/object-store-under-test.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

testObjectStoreContract('filesystem', (place, options) =>
  openFilesystemObjectStore(place, { ...options, key: testStoreKey }),
);
