// SPDX-License-Identifier: Apache-2.0
import { COLLECTION_TOPICS } from './collection-cases.js';
import { QUERY_TOPICS } from './query-cases.js';
import type { SqlTopic } from './sql-case.js';
import { TIME_AND_JSON_TOPICS } from './time-and-json-cases.js';
import { VALUE_TOPICS } from './value-cases.js';

/** Every construct that docs/sql.md names, with its answer. */
export const SQL_TOPICS: readonly SqlTopic[] = [
  ...VALUE_TOPICS,
  ...TIME_AND_JSON_TOPICS,
  ...COLLECTION_TOPICS,
  ...QUERY_TOPICS,
];
