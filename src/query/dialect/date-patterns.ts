// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';

/** MySQL's specifiers where strftime's differ (Trino, "MySQL date functions"). */
const MYSQL: Readonly<Record<string, string>> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
};

/** A pattern of date_format and date_parse as strftime writes it. */
export function fromMysql(pattern: string): string {
  return pattern.replace(/%(.)/g, (_, specifier: string) => {
    const found = Object.hasOwn(MYSQL, specifier) ? MYSQL[specifier] : undefined;
    // Trino: any character that is no specifier stands for itself, but these are refused.
    if (found === undefined && /[DUuVwX]/.test(specifier))
      throw new QueryError('NOT_SUPPORTED', `%${specifier} not supported in date format string`);
    return found ?? specifier;
  });
}

/** Runs of a letter of Joda-Time's patterns ("DateTimeFormat"), the longest first. */
const JODA: readonly (readonly [letters: RegExp, format: string])[] = [
  [/^y{3,}|^Y{3,}|^y$|^Y$/, '%Y'],
  [/^yy$|^YY$/, '%y'],
  [/^x+$/, '%G'],
  [/^M{4,}$/, '%B'],
  [/^MMM$/, '%b'],
  [/^MM$/, '%m'],
  [/^M$/, '%-m'],
  [/^dd$/, '%d'],
  [/^d$/, '%-d'],
  [/^D{3}$/, '%j'],
  [/^D{1,2}$/, '%-j'],
  [/^w+$/, '%V'],
  [/^e+$/, '%u'],
  [/^E{4,}$/, '%A'],
  [/^E+$/, '%a'],
  [/^a+$/, '%p'],
  [/^HH$/, '%H'],
  [/^H$/, '%-H'],
  [/^hh$/, '%I'],
  [/^h$/, '%-I'],
  [/^mm$/, '%M'],
  [/^m$/, '%-M'],
  [/^ss$/, '%S'],
  [/^s$/, '%-S'],
  [/^SSS$/, '%g'],
  [/^S{6}$/, '%f'],
];

/**
 * A pattern of format_datetime and parse_datetime as strftime writes it.
 * @param zone of what is formatted
 * @param parsing zones are read, rather than written as they are known
 */
export function fromJoda(
  pattern: string,
  zone: string,
  parsing: boolean,
): { readonly format: string; readonly zoned: boolean } {
  let zoned = false;
  const format = pattern.replace(
    /'((?:[^']|'')*)'|([A-Za-z])\2*|%/g,
    (run: string, quoted: string | undefined) => {
      if (run === '%') return '%%';
      if (quoted !== undefined)
        return quoted === '' ? "'" : quoted.replaceAll("''", "'").replaceAll('%', '%%');
      if (/^[zZ]/.test(run)) {
        zoned = true;
        return parsing ? '%z' : zoneText(run, zone);
      }
      const found = JODA.find(([letters]) => letters.test(run));
      if (!found)
        throw new QueryError('NOT_SUPPORTED', `'${run.slice(0, 20)}' in a date pattern is not supported.`);
      // strptime takes one digit or two for either.
      return parsing ? found[1].replace('%-', '%') : found[1];
    },
  );
  return { format, zoned };
}

function zoneText(run: string, zone: string): string {
  if (run === 'Z' && zone === 'UTC') return '+0000';
  if (run === 'ZZ' && zone === 'UTC') return '+00:00';
  if (/^[+-]/.test(zone) && /^Z{1,2}$/.test(run)) return run === 'Z' ? zone.replace(':', '') : zone;
  if (run.startsWith('z') || /^Z{3,}$/.test(run)) return zone;
  throw new QueryError('NOT_SUPPORTED', 'Offsets of a named time zone in a date pattern are not supported.');
}
