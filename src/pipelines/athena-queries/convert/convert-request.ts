// SPDX-License-Identifier: Apache-2.0
import type { TableForm } from '../../../athena/files/table-form.js';

/** What the converting process is asked for: one line of JSON on its stdin; it answers with one line on its stdout. */
export interface ConvertRequest {
  readonly form: Exclude<TableForm, { kind: 'parquet' }>;
  /** Names in lower case and Hive types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Hidden columns to write, of `$path`, `$file_size` and `$file_modified_time`. */
  readonly hidden?: readonly { readonly name: string }[];
  readonly files: readonly SourceFile[];
  /** Files that the process writes. */
  readonly rowsPath: string;
  readonly parquetPath: string;
}

export interface SourceFile {
  readonly path: string;
  /** Where it is in a file of several. */
  readonly part?: { readonly start: number; readonly length: number };
  /** For messages: `s3://bucket/key`. */
  readonly name: string;
  /** As the object is stored. */
  readonly bytes: number;
  readonly modifiedAtMs?: number;
  readonly compression: 'none' | 'gzip' | 'bzip2';
}

export type ConvertAnswer =
  | { readonly ok: true; readonly rows: number }
  /** `data`: the file is not what its table says. `fault`: anything else. */
  | { readonly ok: false; readonly kind: 'data' | 'fault'; readonly message: string };
