// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';

export interface DateFormat {
  /** An expression without groups that texts of the format fit. */
  readonly source: string;
  /** The begin of the time that a text names, ms since the epoch in UTC. */
  toMs(text: string): number | undefined;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const letters: Readonly<Record<string, Part>> = {
  y: 'year',
  u: 'year',
  M: 'month',
  d: 'day',
  H: 'hour',
  m: 'minute',
  s: 'second',
};

/**
 * A pattern of Java's DateTimeFormatter, of numbers: `yyyy/MM/dd`, `yyyy-MM-dd-HH`. Texts in quotes stand for themselves.
 * Source: Athena User Guide, "Supported types for partition projection" (date, `projection.columnName.format`).
 */
export function dateFormat(format: string): DateFormat {
  const parts: Part[] = [];
  const pieces = format.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']/g) ?? [];
  const build = (open: string) =>
    pieces
      .map((piece) => {
        const part = letters[piece[0] ?? ''];
        if (/^[A-Za-z]/.test(piece)) {
          if (part === undefined || piece.length > 4)
            throw new QueryError(
              'NOT_SUPPORTED',
              `NOT_SUPPORTED: '${piece.slice(0, 16)}' in a date format of partition projection`,
            );
          if (open === '(') parts.push(part);
          return `${open}[0-9]{${piece.length === 1 ? '1,2' : piece.length}})`;
        }
        const text =
          piece.startsWith("'") && piece.length > 1 ? piece.slice(1, -1).replaceAll("''", "'") : piece;
        return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      })
      .join('');
  const form = new RegExp(`^${build('(')}$`);
  return {
    source: build('(?:'),
    toMs: (text) => {
      const match = form.exec(text);
      if (match === null) return undefined;
      const found: Partial<Record<Part, number>> = {};
      for (const [at, part] of parts.entries()) found[part] = Number(match[at + 1]);
      const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
      if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined;
      return Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second);
    },
  };
}
