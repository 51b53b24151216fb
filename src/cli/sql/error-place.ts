// SPDX-License-Identifier: Apache-2.0
import { plainText } from '../plain-text.js';

/** Of a line of a statement, what is shown on either side of the place. */
const shownCharactersMax = 60;

/** A complaint that begins with `line 2:7:`, with that line of the statement below it and a mark under the place. */
export function withPlace(message: string, sql: string): string {
  const [, lineText, columnText] = /^(?:[A-Z_]+: )?line (\d{1,6}):(\d{1,6}): /.exec(message) ?? [];
  const line = lineText === undefined ? undefined : sql.split('\n')[Number(lineText) - 1];
  if (line === undefined) return message;
  const column = Number(columnText) - 1;
  const from = Math.max(0, column - shownCharactersMax);
  // Tabulators as one character, so that the mark stands where it should.
  const before = plainText(line.slice(from, column).replaceAll('\t', ' '));
  const rest = plainText(line.slice(column, column + shownCharactersMax).replaceAll('\t', ' '));
  const ellipsis = from > 0 ? '…' : '';
  return `${message}\n  ${ellipsis}${before}${rest}\n  ${' '.repeat(ellipsis.length + before.length)}^`;
}
