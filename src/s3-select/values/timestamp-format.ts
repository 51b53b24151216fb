// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { type CivilTime, offsetText, Timestamp, two } from './timestamp.js';
import { verifyParsingSymbols } from './timestamp-parsing-symbols.js';

/** Source: S3 User Guide, "Date functions", TO_STRING: the table of time format patterns. */

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

interface Moment extends CivilTime {
  readonly fraction: string;
  readonly offsetMinutes: number | undefined;
}

type Printer = (moment: Moment) => string;

function nameOf({ month }: CivilTime): string {
  return monthNames[month - 1] as string;
}

function hour12({ hour }: CivilTime): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

function fractionTo(digits: number): Printer {
  return ({ fraction }) => fraction.padEnd(digits, '0').slice(0, digits);
}

function offset(colon: string, zero: 'Z' | 'digits', onlyHours = false): Printer {
  return ({ offsetMinutes = 0 }) => {
    const text =
      offsetMinutes === 0 && zero === 'digits' ? `+00${colon}00` : offsetText(offsetMinutes, colon);
    return onlyHours ? text.slice(0, 3) : text;
  };
}

const printers: Readonly<Record<string, Printer>> = {
  yy: ({ year }) => two(year % 100),
  y: ({ year }) => String(year),
  yyyy: ({ year }) => String(year).padStart(4, '0'),
  M: ({ month }) => String(month),
  MM: ({ month }) => two(month),
  MMM: (moment) => nameOf(moment).slice(0, 3),
  MMMM: nameOf,
  MMMMM: (moment) => nameOf(moment).slice(0, 1),
  d: ({ day }) => String(day),
  dd: ({ day }) => two(day),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  h: (moment) => String(hour12(moment)),
  hh: (moment) => two(hour12(moment)),
  H: ({ hour }) => String(hour),
  HH: ({ hour }) => two(hour),
  m: ({ minute }) => String(minute),
  mm: ({ minute }) => two(minute),
  s: ({ second }) => String(second),
  ss: ({ second }) => two(second),
  n: ({ fraction }) => String(Number(fraction.padEnd(9, '0').slice(0, 9))),
  X: offset('', 'Z', true),
  XX: offset('', 'Z'),
  XXXX: offset('', 'Z'),
  XXX: offset(':', 'Z'),
  XXXXX: offset(':', 'Z'),
  x: offset('', 'digits', true),
  xx: offset('', 'digits'),
  xxxx: offset('', 'digits'),
  xxx: offset(':', 'digits'),
  xxxxx: offset(':', 'digits'),
};

const fractionDigitsMax = 9;

type Token = { readonly symbol: string } | { readonly literal: string };

/** Patterns are mostly the same from row to row. */
const patterns = new Map<string, readonly Token[]>();
const patternsMax = 16;

export function formatTimestamp(time: Timestamp, pattern: string): string {
  const { fraction, offsetMinutes } = time;
  const moment = { ...time.civil(), fraction, offsetMinutes };
  return tokensOf(pattern)
    .map((token) => ('literal' in token ? token.literal : printerOf(token.symbol)(moment)))
    .join('');
}

function printerOf(symbol: string): Printer {
  return symbol.startsWith('S') ? fractionTo(symbol.length) : (printers[symbol] as Printer);
}

/** undefined for a text that the pattern does not fit. */
export function parseTimestamp(text: string, pattern: string): Timestamp | undefined {
  const reader = new PatternReader(text);
  const tokens = tokensOf(pattern);
  verifyParsable(tokens);
  for (const token of tokens) {
    const read = 'literal' in token ? reader.literal(token.literal) : reader.symbol(token.symbol);
    if (!read) return undefined;
  }
  return reader.finish();
}

const parsable = new WeakSet<readonly Token[]>();

function verifyParsable(tokens: readonly Token[]): void {
  if (parsable.has(tokens)) return;
  verifyParsingSymbols(tokens.flatMap((token) => ('symbol' in token ? [token.symbol] : [])));
  parsable.add(tokens);
}

function tokensOf(pattern: string): readonly Token[] {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const tokens = tokenize(pattern);
  if (patterns.size >= patternsMax) patterns.clear();
  patterns.set(pattern, tokens);
  return tokens;
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  const form = /'((?:[^']|'')*)'|([A-Za-z])\2*|[\s\S]/gy;
  for (const [all, quoted, letter] of pattern.matchAll(form)) {
    if (quoted !== undefined) tokens.push({ literal: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
    else if (letter !== undefined) tokens.push({ symbol: checkedSymbol(all, letter) });
    else if (all === "'") throw new SelectError('EvaluatorUnterminatedTimestampFormatPatternToken');
    else tokens.push({ literal: all });
  }
  return tokens;
}

function checkedSymbol(symbol: string, letter: string): string {
  if (letter === 'S' && symbol.length <= fractionDigitsMax) return symbol;
  if (Object.hasOwn(printers, symbol)) return symbol;
  const isKnownLetter = letter === 'S' || Object.hasOwn(printers, letter);
  throw new SelectError(
    isKnownLetter ? 'EvaluatorInvalidTimestampFormatPattern' : 'EvaluatorInvalidTimestampFormatPatternSymbol',
  );
}

/** Reads a text by the symbols of a pattern. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  readonly #fields: { -readonly [Name in keyof CivilTime]?: number } = {};
  #isAfternoon: boolean | undefined;
  #fraction = '';
  #offsetMinutes: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  literal(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  symbol(symbol: string): boolean {
    switch (symbol[0]) {
      case 'y':
        return this.#year(symbol);
      case 'M':
        return symbol.length > 2 ? this.#monthName(symbol) : this.#number('month', symbol);
      case 'd':
        return this.#number('day', symbol);
      case 'h':
      case 'H':
        return this.#number('hour', symbol);
      case 'm':
        return this.#number('minute', symbol);
      case 's':
        return this.#number('second', symbol);
      case 'S':
        return this.#take(new RegExp(`\\d{${symbol.length}}`, 'y'), (digits) => {
          this.#fraction = digits;
        });
      case 'n':
        return this.#take(/\d{1,9}/y, (digits) => {
          this.#fraction = digits.padStart(9, '0');
        });
      case 'a':
        return this.#take(/[AP]M/iy, (half) => {
          this.#isAfternoon = half.toUpperCase() === 'PM';
        });
      default:
        return this.#offset();
    }
  }

  finish(): Timestamp | undefined {
    const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = this.#fields;
    if (this.#at !== this.#text.length || year === undefined) return undefined;
    const half = this.#isAfternoon === undefined ? hour : (hour % 12) + (this.#isAfternoon ? 12 : 0);
    const civil = { year, month, day, hour: half, minute, second };
    return Timestamp.fromCivil(civil, this.#fraction, this.#precision(), this.#offsetMinutes);
  }

  #precision(): Timestamp['precision'] {
    const { month, day, hour, minute, second } = this.#fields;
    if (second !== undefined) return 'second';
    if (hour !== undefined || minute !== undefined) return 'minute';
    if (day !== undefined) return 'day';
    return month === undefined ? 'year' : 'month';
  }

  #take(form: RegExp, then: (text: string) => void): boolean {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    if (found === undefined) return false;
    this.#at += found.length;
    then(found);
    return true;
  }

  #number(field: keyof CivilTime, symbol: string): boolean {
    return this.#take(symbol.length === 2 ? /\d\d/y : /\d{1,2}/y, (digits) => {
      this.#fields[field] = Number(digits);
    });
  }

  /** Of two digits those from 70 on are of the last century, as Ion's own formatter reads them. */
  #year(symbol: string): boolean {
    if (symbol !== 'yy') {
      return this.#take(/\d{4}/y, (digits) => {
        this.#fields.year = Number(digits);
      });
    }
    return this.#take(/\d\d/y, (digits) => {
      this.#fields.year = Number(digits) + (Number(digits) < 70 ? 2000 : 1900);
    });
  }

  #monthName(symbol: string): boolean {
    return this.#take(/[A-Za-z]+/y, (name) => {
      const wanted = name.toLowerCase();
      const found = monthNames.findIndex(
        (month) => (symbol === 'MMM' ? month.slice(0, 3) : month).toLowerCase() === wanted,
      );
      // Month 0 is no month: the whole is refused at the end.
      this.#fields.month = found + 1;
    });
  }

  #offset(): boolean {
    return this.#take(/Z|[+-]\d\d(?::?\d\d)?/y, (zone) => {
      if (zone === 'Z') this.#offsetMinutes = 0;
      else {
        const minutes = Number(zone.slice(1, 3)) * 60 + (zone.length > 3 ? Number(zone.slice(-2)) : 0);
        this.#offsetMinutes = zone.startsWith('-') ? -minutes : minutes;
      }
    });
  }
}
