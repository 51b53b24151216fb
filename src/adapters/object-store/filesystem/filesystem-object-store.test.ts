// SPDX-License-Identifier: Apache-2.0
// Oracle: the port's contract suite.
import { testObjectStoreContract } from '../../../ports/contract/object-store-contract.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

testObjectStoreContract('filesystem', openFilesystemObjectStore);
