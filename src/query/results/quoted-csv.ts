// SPDX-License-Identifier: Apache-2.0
import type { Row } from '../query-engine.js';

/**
 * Rows as Athena writes them to the output location: every value in quotes, quotes doubled, NULL as nothing, line ends
 * inside of values as they are, a line end after every row. Source: Athena User Guide, "Work with query results and recent queries".
 */
export function csvRows(rows: readonly Row[]): string {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const cell of row) {
      text += separator + csvCell(cell);
      separator = ',';
    }
    text += '\n';
  }
  return text;
}

function csvCell(cell: string | null): string {
  if (cell === null) return '';
  return cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : `"${cell}"`;
}
