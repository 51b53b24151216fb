// SPDX-License-Identifier: Apache-2.0
// Loaded before each test file (scripts/test.mjs): properties that name no seed of their own take this run's.
import fc from 'fast-check';
import { seedOfRun } from './random.js';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOfRun() });
