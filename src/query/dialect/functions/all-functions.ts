// SPDX-License-Identifier: Apache-2.0
import { AGGREGATE_FUNCTIONS } from './aggregates.js';
import { COLLECTION_FUNCTIONS, MAP_FUNCTIONS } from './collections.js';
import { CONDITIONAL_FUNCTIONS } from './conditional.js';
import { DATE_FUNCTIONS } from './dates.js';
import type { FunctionTranslation } from './function-call.js';
import { JSON_FUNCTIONS } from './json.js';
import { JSON_QUERY_FUNCTIONS } from './json-queries.js';
import { NETWORK_FUNCTIONS } from './network.js';
import { NUMBER_FUNCTIONS } from './numbers.js';
import { REGEXP_FUNCTIONS } from './regular-expressions.js';
import { STRING_FUNCTIONS } from './strings.js';

/** Every function that statements may call, by Trino's name in lower case. There is no way past it to a function of DuckDB. */
export const FUNCTIONS: ReadonlyMap<string, FunctionTranslation> = new Map(
  [
    CONDITIONAL_FUNCTIONS,
    STRING_FUNCTIONS,
    REGEXP_FUNCTIONS,
    NUMBER_FUNCTIONS,
    DATE_FUNCTIONS,
    JSON_FUNCTIONS,
    JSON_QUERY_FUNCTIONS,
    NETWORK_FUNCTIONS,
    AGGREGATE_FUNCTIONS,
    COLLECTION_FUNCTIONS,
    MAP_FUNCTIONS,
  ].flatMap((table) => Object.entries(table)),
);
