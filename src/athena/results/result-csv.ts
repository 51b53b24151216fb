// SPDX-License-Identifier: Apache-2.0
import type { Row } from '../../query/query-engine.js';

/**
 * Rows as Athena writes them to the output location: every value in quotes, quotes doubled, NULL as nothing, line ends
 * inside of values as they are, a line end after every row. Source: Athena User Guide, "Work with query results and recent queries".
 */
export function csvRows(rows: readonly Row[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(cell: string | null): string {
  return cell === null ? '' : `"${cell.replaceAll('"', '""')}"`;
}

/** Rows of SHOW, DESCRIBE and EXPLAIN in a `.txt`: lines with line ends between, none at the end. */
export function textRow(row: Row): string {
  return row.map((cell) => cell ?? '').join('\t');
}
