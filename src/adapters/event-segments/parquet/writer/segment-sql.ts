// SPDX-License-Identifier: Apache-2.0
import { columnEnd } from '../../../../record/clean-lines.js';
import { noValue } from './to-rows.js';

/** Rows as `toRows` made them. */
export function readRows(path: string, longest: number): string {
  const columns =
    "{'line':'BIGINT','place':'UBIGINT','account':'VARCHAR','region':'VARCHAR','category':'VARCHAR','entered':'BIGINT','record':'VARCHAR'}";
  const lineMax = Math.max(longest + 1024, 2 * 1024 ** 2);
  return (
    `read_csv(${text(path)}, delim = ${text(String.fromCharCode(columnEnd))}, quote = '', escape = '', header = false, auto_detect = false, ` +
    `columns = ${columns}, nullstr = ${text(noValue)}, max_line_size = ${lineMax}, buffer_size = ${Math.max(16 * lineMax, 32 * 1024 ** 2)}, ` +
    "parallel = false, new_line = '\\n')"
  );
}

/** Bounds and counts of a file. */
export function factsOf(path: string): string {
  return (
    'SELECT count(*)::DOUBLE, epoch_ms(min(happened))::DOUBLE, epoch_ms(max(happened))::DOUBLE, ' +
    `min(entered)::DOUBLE, max(entered)::DOUBLE FROM read_parquet(${text(path)})`
  );
}

/**
 * Names (file-wide, before they are written) go into dictionaries where they repeat. ZSTD at its fastest: half the size of the
 * faster codes at the same speed of writing; the usual level makes it 1 % smaller and takes a fifth longer.
 */
export function copyTo(select: string, path: string): string {
  return `COPY (${select}) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`;
}

/** In the order of the files, which is that of time. */
export function selectFrom(paths: readonly string[]): string {
  return `SELECT * FROM read_parquet([${paths.map(text).join(', ')}], hive_partitioning = false)`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
