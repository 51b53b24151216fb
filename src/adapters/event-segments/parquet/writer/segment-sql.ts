// SPDX-License-Identifier: Apache-2.0
import { columnEnd } from '../../../../record/clean-lines.js';
import { lineOfRow } from '../../../../record/record-blocks.js';
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

/** Bounds and counts of a file, at last of the rows that have a place in a history. */
export function factsOf(path: string, keyNames?: KeyNames): string {
  return (
    'SELECT count(*)::DOUBLE, epoch_ms(min(happened))::DOUBLE, epoch_ms(max(happened))::DOUBLE, ' +
    `min(entered)::DOUBLE, max(entered)::DOUBLE, count(place)::DOUBLE FROM ${parquet([path], keyNames)}`
  );
}

/**
 * Names (file-wide, before they are written) go into dictionaries where they repeat. ZSTD at its fastest: half the size of the
 * faster codes at the same speed of writing; the usual level makes it 1 % smaller and takes a fifth longer. V2: times and places as
 * differences, the lengths of texts apart from them, which is smaller and faster to read.
 */
export function copyTo(select: string, path: string, groupRows: number, keyNames: KeyNames = noKeys): string {
  const key = keyNames.get(path);
  const encryption = key === undefined ? '' : `, ENCRYPTION_CONFIG {footer_key: ${text(key)}}`;
  return `COPY (${select}) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION V2, ROW_GROUP_SIZE ${groupRows}${encryption})`;
}

/** In the order of the files, which is that of time. */
export function selectFrom(paths: readonly string[], keyNames?: KeyNames): string {
  return `SELECT * FROM ${parquet(paths, keyNames)}`;
}

/** By which name the engine knows the key of an encrypted file, by the file's path. */
export type KeyNames = ReadonlyMap<string, string>;

export const noKeys: KeyNames = new Map();

/** What stands in FROM for files. One call of the engine reads files of one key. */
export function parquet(paths: readonly string[], keyNames: KeyNames = noKeys): string {
  const calls: { readonly key: string | undefined; readonly paths: string[] }[] = [];
  for (const path of paths) {
    const key = keyNames.get(path);
    const last = calls.at(-1);
    if (last !== undefined && last.key === key) last.paths.push(path);
    else calls.push({ key, paths: [path] });
  }
  const read = calls.map(
    ({ key, paths: ofKey }) =>
      `read_parquet([${ofKey.map(text).join(', ')}], hive_partitioning = false` +
      `${key === undefined ? '' : `, encryption_config = {footer_key: ${text(key)}}`})`,
  );
  return read.length === 1
    ? (read[0] as string)
    : `(${read.map((call) => `SELECT * FROM ${call}`).join(' UNION ALL ')})`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Lines of all rows for blocks of records, in their order. */
export function selectLines(path: string): string {
  return `SELECT ${lineOfRow} FROM read_parquet(${text(path)})`;
}
