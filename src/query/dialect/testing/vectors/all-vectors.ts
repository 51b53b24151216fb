// SPDX-License-Identifier: Apache-2.0
import { COLLECTION_VECTORS } from './collection-vectors.js';
import { CONDITION_VECTORS } from './condition-vectors.js';
import { JSON_VECTORS } from './json-vectors.js';
import { NETWORK_VECTORS } from './network-vectors.js';
import { NUMBER_VECTORS } from './number-vectors.js';
import { QUERY_VECTORS } from './query-vectors.js';
import { REGEXP_VECTORS } from './regexp-vectors.js';
import { STRING_VECTORS } from './string-vectors.js';
import { TIME_VECTORS } from './time-vectors.js';
import type { VectorSource } from './vector.js';

/** Where they come from: SOURCES.md. */
export const ALL_VECTORS: readonly VectorSource[] = [
  ...STRING_VECTORS,
  ...REGEXP_VECTORS,
  ...NUMBER_VECTORS,
  ...TIME_VECTORS,
  ...JSON_VECTORS,
  ...COLLECTION_VECTORS,
  ...CONDITION_VECTORS,
  ...NETWORK_VECTORS,
  ...QUERY_VECTORS,
];
