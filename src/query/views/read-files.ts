// SPDX-License-Identifier: Apache-2.0
import { parseTrinoType, quoteName, quoteText, toDuckdbType } from '../dialect/trino-type.js';
import type { TableColumn, TableFile } from '../table-source.js';

/** Beyond so many partitions their values are joined by file name: a UNION of thousands takes longer to plan than to run. */
export const unitedPartitionsMax = 200;

export interface FilesToRead {
  readonly files: readonly TableFile[];
  readonly partitionColumns: readonly TableColumn[];
  /** Columns with the engine's types: what the files are read as where there is none, or where a file lacks one. */
  readonly columns: ReadonlyMap<string, string>;
  /** Whether every file has all of the columns. */
  readonly areAlike: boolean;
  /** What the engine knows of each row, by the names that it is to have; of files without partitions. */
  readonly ofRows?: Readonly<Record<string, 'filename' | 'file_row_number'>>;
}

/** A SELECT of all columns of all rows, with the partition columns. */
export function readFiles({ files, partitionColumns, columns, areAlike, ofRows }: FilesToRead): string {
  const partitions = byPartition(files, partitionColumns);
  const read =
    partitions.size <= unitedPartitionsMax || files.some(({ key }) => key !== undefined)
      ? united(partitions, partitionColumns, ofRows)
      : joined(files, partitionColumns);
  if (areAlike && files.length > 0) return read(true);
  const nothing = [
    ...Array.from(columns, ([name, type]) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`),
    ...partitionColumns.map((column) => partitionValue(undefined, column)),
  ];
  const none = `SELECT ${nothing.join(', ')} WHERE false`;
  return files.length === 0 ? none : `${none} UNION ALL BY NAME (${read(false)})`;
}

type Partitions = ReadonlyMap<string, readonly TableFile[]>;

function byPartition(files: readonly TableFile[], columns: readonly TableColumn[]): Partitions {
  const found = new Map<string, TableFile[]>();
  for (const file of files) {
    // One call of the engine reads files of one key, and each has its own.
    const own = file.key === undefined ? [] : [file.path];
    const key = JSON.stringify([...own, ...columns.map(({ name }) => partitionOf(file, name))]);
    const same = found.get(key);
    if (same === undefined) found.set(key, [file]);
    else same.push(file);
  }
  return found;
}

function united(
  partitions: Partitions,
  columns: readonly TableColumn[],
  ofRows: FilesToRead['ofRows'] = {},
): (areAlike: boolean) => string {
  const known = Object.entries(ofRows).map(([name, word]) => `, ${word} AS ${quoteName(name)}`);
  return (areAlike) =>
    Array.from(partitions.values(), (files) => {
      const values = [...columns.map((column) => `, ${partitionValue(files[0], column)}`), ...known].join('');
      return `SELECT *${values} FROM ${parquet(files, areAlike)}`;
    }).join(areAlike ? ' UNION ALL ' : ' UNION ALL BY NAME ');
}

function joined(files: readonly TableFile[], columns: readonly TableColumn[]): (areAlike: boolean) => string {
  const names = columns.map(({ name }) => quoteName(name));
  const rows = files.map(
    (file) =>
      `(${[file.path, ...columns.map(({ name }) => partitionOf(file, name))].map(literal).join(', ')})`,
  );
  const values = columns.map((column, place) => `, ${cast(`p.${names[place] as string}`, column)}`).join('');
  return (areAlike) =>
    `SELECT f.* EXCLUDE ("$file")${values} FROM ${parquet(files, areAlike, `, filename = '$file'`)} AS f ` +
    `JOIN (VALUES ${rows.join(', ')}) AS p("$path", ${names.join(', ')}) ON f."$file" = p."$path"`;
}

function parquet(files: readonly TableFile[], areAlike: boolean, more = ''): string {
  const paths = files.map(({ path }) => quoteText(path)).join(', ');
  const isSealed = files[0]?.key !== undefined;
  // The name of a file's key is its path.
  const key = isSealed ? `, encryption_config = {footer_key: ${paths}}` : '';
  return `read_parquet([${paths}], hive_partitioning = false, union_by_name = ${!areAlike}${more}${key})`;
}

function partitionValue(file: TableFile | undefined, column: TableColumn): string {
  return cast(literal(file === undefined ? undefined : partitionOf(file, column.name)), column);
}

function cast(sql: string, { name, type }: TableColumn): string {
  return `try_cast(${sql} AS ${toDuckdbType(parseTrinoType(type))}) AS ${quoteName(name)}`;
}

function partitionOf({ partition }: TableFile, name: string): string | undefined {
  return partition?.[name] ?? partition?.[name.toLowerCase()];
}

function literal(value: string | undefined): string {
  return value === undefined ? 'NULL' : quoteText(value);
}
