// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import type { CsvOutput } from '../select-request.js';
import { Scalar } from '../values/scalar.js';
import { isAbsent, type Value } from '../values/value.js';

/**
 * Values as a record of CSV, without its delimiter. NULL and MISSING are empty fields.
 * "Amazon S3 Select can only emit nested data using the JSON output format." Source: S3 User Guide, "Filtering and retrieving
 * data using Amazon S3 Select".
 */
export function csvRecord(values: readonly Value[], format: CsvOutput): string {
  return values.map((value) => field(value, format)).join(format.fieldDelimiter);
}

function field(value: Value, format: CsvOutput): string {
  const text = fieldText(value);
  const { quote, quoteEscape } = format;
  if (quote === '' || (format.quoteFields !== 'ALWAYS' && !needsQuotes(text, format))) return text;
  const escaped = text.replaceAll(quote, quoteEscape + quote);
  return `${quote}${escaped}${quote}`;
}

function fieldText(value: Value): string {
  if (isAbsent(value)) return '';
  if (typeof value === 'object' && !(value instanceof Scalar))
    throw new SelectError('UnsupportedSqlOperation', 'Nested data can only be emitted as JSON.');
  return String(value);
}

function needsQuotes(text: string, { quote, fieldDelimiter, recordDelimiter }: CsvOutput): boolean {
  return (
    text.includes(fieldDelimiter) ||
    text.includes(recordDelimiter) ||
    text.includes(quote) ||
    /[\r\n]/.test(text)
  );
}
