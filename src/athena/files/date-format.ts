// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';

export interface DateFormat {
  /** An expression without groups that texts of the format fit. */
  readonly source: string;
  /** The shortest time from one text to the next. */
  readonly stepMs: number;
  /** The begin of the time that a text names, ms since the epoch in UTC. */
  toMs(text: string): number | undefined;
  /** The text that a time is in. */
  toText(ms: number): string;
  /** The begin of the next text. @param ms the begin of one */
  next(ms: number): number;
}

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

type Part = (typeof parts)[number];

const letters: Readonly<Record<string, Part>> = {
  y: 'year',
  u: 'year',
  M: 'month',
  d: 'day',
  H: 'hour',
  m: 'minute',
  s: 'second',
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const stepsMs: Readonly<Record<Part, number>> = {
  year: 365 * 86_400_000,
  month: 28 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
};

/** Text as it is, or a number of so many digits; a month of three letters is its name. */
type Piece = string | { readonly part: Part; readonly digits: number };

/**
 * A pattern of Java's DateTimeFormatter: `yyyy/MM/dd`, `yyyy-MM-dd-HH`, `dd-MMM-yyyy`. Texts in quotes stand for themselves.
 * Source: Athena User Guide, "Supported types for partition projection" (date, `projection.columnName.format`).
 */
export function dateFormat(format: string): DateFormat {
  const pieces = readPieces(format);
  const fields = pieces.filter((piece) => typeof piece !== 'string');
  const build = (open: string) =>
    pieces
      .map((piece) => (typeof piece === 'string' ? escapeRegex(piece) : `${open}${sourceOf(piece)})`))
      .join('');
  const form = new RegExp(`^${build('(')}$`);
  const finest = parts.findLast((part) => fields.some((field) => field.part === part)) ?? 'year';
  return {
    source: build('(?:'),
    stepMs: stepsMs[finest],
    toMs: (text) => {
      const match = form.exec(text);
      return match === null ? undefined : timeOf(fields, match.slice(1));
    },
    toText: (ms) => {
      const date = new Date(ms);
      return pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece, date))).join('');
    },
    next: (ms) => {
      if (finest !== 'year' && finest !== 'month') return ms + stepsMs[finest];
      const date = new Date(ms);
      return finest === 'year'
        ? Date.UTC(date.getUTCFullYear() + 1, 0)
        : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    },
  };
}

function readPieces(format: string): readonly Piece[] {
  return (format.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']/g) ?? []).map((piece): Piece => {
    if (!/^[A-Za-z]/.test(piece))
      return piece.startsWith("'") && piece.length > 1 ? piece.slice(1, -1).replaceAll("''", "'") : piece;
    const part = letters[piece[0] ?? ''];
    const digitsMax = part === 'year' ? 4 : part === 'month' ? 3 : 2;
    if (part === undefined || piece.length > digitsMax)
      throw new QueryError(
        'NOT_SUPPORTED',
        `NOT_SUPPORTED: '${piece.slice(0, 16)}' in a date format of partition projection`,
      );
    return { part, digits: piece.length };
  });
}

type Field = Exclude<Piece, string>;

function sourceOf({ part, digits }: Field): string {
  if (part === 'month' && digits === 3) return months.join('|');
  if (part === 'year' && digits === 1) return '[0-9]{4}';
  return digits === 1 ? '[0-9]{1,2}' : `[0-9]{${digits}}`;
}

function timeOf(fields: readonly Field[], texts: readonly string[]): number | undefined {
  const found: Partial<Record<Part, number>> = {};
  for (const [at, { part, digits }] of fields.entries()) {
    const text = texts[at] ?? '';
    found[part] = part === 'month' && digits === 3 ? months.indexOf(text) + 1 : Number(text);
  }
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return undefined;
  return Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second);
}

function textOf({ part, digits }: Field, date: Date): string {
  switch (part) {
    case 'year':
      return digits === 2
        ? String(date.getUTCFullYear() % 100).padStart(2, '0')
        : String(date.getUTCFullYear()).padStart(4, '0');
    case 'month':
      return digits === 3
        ? (months[date.getUTCMonth()] as string)
        : String(date.getUTCMonth() + 1).padStart(digits, '0');
    case 'day':
      return String(date.getUTCDate()).padStart(digits, '0');
    case 'hour':
      return String(date.getUTCHours()).padStart(digits, '0');
    case 'minute':
      return String(date.getUTCMinutes()).padStart(digits, '0');
    case 'second':
      return String(date.getUTCSeconds()).padStart(digits, '0');
  }
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
