// SPDX-License-Identifier: Apache-2.0
import type { Row } from '../../query/query-engine.js';

/** Rows of SHOW, DESCRIBE and EXPLAIN in a `.txt`: lines with line ends between, none at the end. */
export function textRow(row: Row): string {
  return row.map((cell) => cell ?? '').join('\t');
}
