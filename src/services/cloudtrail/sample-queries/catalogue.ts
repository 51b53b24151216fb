// SPDX-License-Identifier: Apache-2.0
import { activityQueries } from './activity-queries.js';
import { computeQueries } from './compute-queries.js';
import { identityQueries } from './identity-queries.js';
import { operationsQueries } from './operations-queries.js';
import type { SampleQuery } from './sample-query.js';
import { securityQueries } from './security-queries.js';
import { storageQueries } from './storage-queries.js';

export const sampleQueries: readonly SampleQuery[] = [
  ...identityQueries,
  ...securityQueries,
  ...storageQueries,
  ...computeQueries,
  ...operationsQueries,
  ...activityQueries,
];
