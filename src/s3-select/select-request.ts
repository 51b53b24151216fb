// SPDX-License-Identifier: Apache-2.0

/** Plain data throughout: a request goes to a thread. */
export interface SelectRequest {
  readonly expression: string;
  readonly input: InputFormat;
  readonly compression: 'NONE' | 'GZIP' | 'BZIP2';
  readonly output: OutputFormat;
  /** Bytes of the object, both inclusive: records that begin there are read. */
  readonly scanRange?: { readonly start: number; readonly end: number };
  readonly withProgress: boolean;
  /** Of the object as it is stored. */
  readonly objectBytes: number;
  /** What UTCNOW() says, ms since the epoch. */
  readonly nowMs: number;
}

export type InputFormat =
  | { readonly format: 'json'; readonly type: 'DOCUMENT' | 'LINES' }
  | ({ readonly format: 'csv' } & CsvInput)
  | { readonly format: 'parquet' };

/** Source: S3 API Reference, CSVInput. */
export interface CsvInput {
  readonly header: 'NONE' | 'USE' | 'IGNORE';
  /** A line that begins with it is no record; empty: there are no such lines. */
  readonly comments: string;
  /** Empty: nothing quotes. */
  readonly quote: string;
  readonly quoteEscape: string;
  readonly fieldDelimiter: string;
  /** Undefined: a line feed, perhaps behind a carriage return. */
  readonly recordDelimiter?: string;
  readonly allowQuotedRecordDelimiter: boolean;
}

export type OutputFormat =
  | { readonly format: 'json'; readonly recordDelimiter: string }
  | ({ readonly format: 'csv' } & CsvOutput);

/** Source: S3 API Reference, CSVOutput. */
export interface CsvOutput {
  readonly quoteFields: 'ALWAYS' | 'ASNEEDED';
  readonly quote: string;
  readonly quoteEscape: string;
  readonly fieldDelimiter: string;
  readonly recordDelimiter: string;
}

/** Source: S3 API Reference, Stats. */
export interface SelectCounts {
  /** Of the object as it is stored. */
  readonly bytesScanned: number;
  /** Uncompressed. */
  readonly bytesProcessed: number;
  readonly bytesReturned: number;
}
