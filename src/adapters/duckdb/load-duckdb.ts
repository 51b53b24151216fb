// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * DuckDB, loaded when it is first asked for. By `require`: for `import` Node searches the text of its 181 CommonJS modules for
 * the names of their exports, which takes more than half of the time that a start waits for the history.
 */
export function loadDuckdb(): typeof import('@duckdb/node-api') {
  return load('@duckdb/node-api') as typeof import('@duckdb/node-api');
}
