// SPDX-License-Identifier: Apache-2.0
import type { SelectObjectContentCommandInput } from '@aws-sdk/client-s3';
import { SelectError, type SelectErrorCode } from '../../s3-select/select-error.js';
import type { InputFormat, OutputFormat, SelectRequest } from '../../s3-select/select-request.js';

type Sent = SelectObjectContentCommandInput;

/** What a call asks for, checked and with its defaults. Throws SelectError. Source: S3 API Reference, SelectObjectContent. */
export function selectSettings(sent: Sent, object: { readonly size: number }, nowMs: number): SelectRequest {
  const expression = required(sent.Expression, 'Expression');
  if (required<string>(sent.ExpressionType, 'ExpressionType').toUpperCase() !== 'SQL')
    throw new SelectError('InvalidExpressionType');
  const input = inputFormat(required(sent.InputSerialization, 'InputSerialization'));
  const compression = compressionOf(sent.InputSerialization, input);
  const output = outputFormat(required(sent.OutputSerialization, 'OutputSerialization'));
  const scanRange = rangeOf(sent.ScanRange, object.size);
  if (scanRange !== undefined) verifyRanged(input, compression);
  return {
    expression,
    input,
    compression,
    output,
    withProgress: sent.RequestProgress?.Enabled === true,
    objectBytes: object.size,
    nowMs,
    ...(scanRange === undefined ? {} : { scanRange }),
  };
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined || value === '')
    throw new SelectError('MissingRequiredParameter', `${name} is required.`);
  return value;
}

function inputFormat(sent: NonNullable<Sent['InputSerialization']>): InputFormat {
  const { CSV: csv, JSON: json, Parquet: parquet } = sent;
  const given = [csv, json, parquet].filter((format) => format !== undefined);
  if (given.length > 1) throw new SelectError('ObjectSerializationConflict');
  if (json !== undefined)
    return {
      format: 'json',
      type: oneOf(required<string>(json.Type, 'Type'), ['DOCUMENT', 'LINES'], 'InvalidJsonType'),
    };
  if (csv !== undefined) return csvInput(csv);
  if (parquet !== undefined) return { format: 'parquet' };
  throw new SelectError('InvalidDataSource');
}

type CsvSent = NonNullable<NonNullable<Sent['InputSerialization']>['CSV']>;

function csvInput(sent: CsvSent): InputFormat {
  const header = sent.FileHeaderInfo ?? 'NONE';
  const quote = character(sent.QuoteCharacter, '"', 'QuoteCharacter', 0);
  return {
    format: 'csv',
    header: oneOf(header, ['NONE', 'USE', 'IGNORE'], 'InvalidFileHeaderInfo'),
    comments: character(sent.Comments, '#', 'Comments', 0),
    quote,
    quoteEscape: character(sent.QuoteEscapeCharacter, quote, 'QuoteEscapeCharacter', 0),
    fieldDelimiter: character(sent.FieldDelimiter, ',', 'FieldDelimiter'),
    allowQuotedRecordDelimiter: sent.AllowQuotedRecordDelimiter === true,
    ...givenRecordDelimiter(sent.RecordDelimiter),
  };
}

/**
 * Nothing for what is usual, a line feed. A carriage return before it, which boto3 and the AWS CLI write into the request as it
 * is, does not arrive: readers of XML make one line feed of the two (Extensible Markup Language 1.0, 2.11).
 */
function givenRecordDelimiter(sent: string | undefined): { readonly recordDelimiter?: string } {
  const value = character(sent, '\n', 'RecordDelimiter', 1, 2);
  return value === '\n' ? {} : { recordDelimiter: value };
}

function outputFormat(sent: NonNullable<Sent['OutputSerialization']>): OutputFormat {
  const { CSV: csv, JSON: json } = sent;
  if (csv !== undefined && json !== undefined) throw new SelectError('ObjectSerializationConflict');
  if (json !== undefined)
    return { format: 'json', recordDelimiter: text(json.RecordDelimiter, 'RecordDelimiter') };
  if (csv === undefined)
    throw new SelectError('MissingRequiredParameter', 'OutputSerialization has no format.');
  const quote = character(csv.QuoteCharacter, '"', 'QuoteCharacter', 0);
  return {
    format: 'csv',
    quoteFields: oneOf(csv.QuoteFields ?? 'ASNEEDED', ['ALWAYS', 'ASNEEDED'], 'InvalidQuoteFields'),
    quote,
    quoteEscape: character(csv.QuoteEscapeCharacter, quote, 'QuoteEscapeCharacter', 0),
    fieldDelimiter: text(csv.FieldDelimiter, 'FieldDelimiter', ','),
    recordDelimiter: text(csv.RecordDelimiter, 'RecordDelimiter'),
  };
}

/** Whatever its case: clients have sent both `Use` and `USE`, and S3 took them. */
function oneOf<Name extends string>(sent: string, names: readonly Name[], code: SelectErrorCode): Name {
  const found = names.find((name) => name === sent.toUpperCase());
  if (found === undefined) throw new SelectError(code);
  return found;
}

function character(
  sent: string | undefined,
  usual: string,
  name: string,
  lengthMin = 1,
  lengthMax = 1,
): string {
  const value = sent ?? usual;
  if (value.length < lengthMin || [...value].length > lengthMax)
    throw new SelectError('InvalidRequestParameter', name);
  return value;
}

/** As delimiters of the output may be: any text, as long as it is short. */
const delimiterLengthMax = 16;

function text(sent: string | undefined, name: string, usual = '\n'): string {
  const value = sent ?? usual;
  if (value.length > delimiterLengthMax) throw new SelectError('InvalidRequestParameter', name);
  return value;
}

function compressionOf(sent: Sent['InputSerialization'], input: InputFormat): SelectRequest['compression'] {
  const compression = oneOf(
    sent?.CompressionType ?? 'NONE',
    ['NONE', 'GZIP', 'BZIP2'],
    'InvalidCompressionFormat',
  );
  // "Amazon S3 Select doesn't support whole-object compression for Parquet objects."
  if (input.format === 'parquet' && compression !== 'NONE') throw new SelectError('InvalidCompressionFormat');
  return compression;
}

/** An end without a start means the last bytes. Source: S3 API Reference, ScanRange. */
function rangeOf(sent: Sent['ScanRange'], size: number): SelectRequest['scanRange'] {
  if (sent === undefined) return undefined;
  const { Start: start, End: end } = sent;
  if (start === undefined && end === undefined) throw new SelectError('InvalidScanRange');
  for (const bound of [start, end]) {
    if (bound !== undefined && (!Number.isSafeInteger(bound) || bound < 0))
      throw new SelectError('InvalidScanRange');
  }
  if (start === undefined) return { start: Math.max(0, size - (end ?? 0)), end: Math.max(0, size - 1) };
  if ((end !== undefined && end < start) || (start > 0 && start >= size))
    throw new SelectError('InvalidScanRange');
  return { start, end: Math.min(end ?? size, Math.max(0, size - 1)) };
}

/** Source: S3 User Guide, "Filtering and retrieving data using Amazon S3 Select", Requests using scan ranges. */
function verifyRanged(input: InputFormat, compression: SelectRequest['compression']): void {
  const isRanged =
    input.format === 'parquet' ||
    (input.format === 'json' ? input.type === 'LINES' : !input.allowQuotedRecordDelimiter);
  if (!isRanged || compression !== 'NONE') throw new SelectError('UnsupportedScanRangeInput');
}
