// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';

/** What symbols read, each with all that has to be there for it to mean a moment. */
const fields = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const;
type Field = (typeof fields)[number];

const fieldsOf: Readonly<Record<string, Field | 'half' | 'offset'>> = {
  y: 'year',
  M: 'month',
  d: 'day',
  h: 'hour',
  H: 'hour',
  m: 'minute',
  s: 'second',
  S: 'fraction',
  n: 'fraction',
  a: 'half',
  x: 'offset',
  X: 'offset',
};

/**
 * Whether a text can be read by these symbols of a pattern, whatever it says.
 * Source: S3 API Reference, "Error responses", List of SELECT Object Content Error Codes; what a moment needs: the PartiQL
 * specification's to_timestamp, in whose words those codes are written.
 */
export function verifyParsingSymbols(symbols: readonly string[]): void {
  if (symbols.includes('MMMMM'))
    throw new SelectError('EvaluatorInvalidTimestampFormatPatternSymbolForParsing');
  const read = symbols.map((symbol) => fieldsOf[symbol[0] as string]);
  const known = new Set(read);
  if (known.size < read.length) throw new SelectError('EvaluatorTimestampFormatPatternDuplicateFields');
  if (symbols.some((symbol) => symbol.startsWith(known.has('half') ? 'H' : 'h')))
    throw new SelectError('EvaluatorTimestampFormatPatternHourClockAmPmMismatch');
  const needed = neededFields(known);
  const lacking = fields.slice(0, needed).find((field) => !known.has(field));
  if (lacking !== undefined)
    throw new SelectError('EvaluatorInvalidTimestampFormatPattern', `It lacks the ${lacking}.`);
}

/** How many of the fields, from the year on, have to be there. */
function neededFields(known: ReadonlySet<string | undefined>): number {
  const finest = fields.findLastIndex((field) => known.has(field)) + 1;
  if (known.has('offset')) return Math.max(finest, fields.indexOf('minute') + 1);
  return Math.max(finest, 1, known.has('half') ? fields.indexOf('hour') + 1 : 0);
}
