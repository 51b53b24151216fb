// SPDX-License-Identifier: Apache-2.0
import { parseTrinoType, quoteName, toDuckdbType } from '../dialect/trino-type.js';
import type { TableColumn, TableSource } from '../table-source.js';
import { fasterColumns } from './faster-columns.js';
import { readFiles } from './read-files.js';
import { recordSchemas } from './record-schemas.js';
import { recordValue } from './record-value.js';
import { commonColumns, kindOfSchema } from './segment-columns.js';
import type { TableView } from './table-view.js';

type FileSource = Extract<TableSource, { readonly kind: 'segments' | 'files' }>;
type SegmentSource = Extract<TableSource, { readonly kind: 'segments' }>;
type OtherSource = Extract<TableSource, { readonly kind: 'files' }>;

/**
 * The table of a source as a SELECT over its files, with the columns and types that users see. Expressions of columns that a
 * query does not use cost nothing: the engine drops them.
 * @throws QueryError for a declared type that is none
 */
export function viewOfSource(source: FileSource): TableView {
  return source.kind === 'segments' ? viewOfSegments(source) : viewOfFiles(source);
}

function viewOfSegments(source: SegmentSource): TableView {
  const { schema, files, partitionColumns = [] } = source;
  const kind = kindOfSchema(schema);
  const visible = (source.columns ?? recordSchemas[schema]).filter(isNotOneOf(partitionColumns));
  const typed = visible.map(({ name, type }) => ({ name, type: parseTrinoType(type) }));
  const areAlike = !files.some(({ isOlder }) => isOlder === true);
  const inFiles = commonColumns(kind, !areAlike);
  const { hidden, faster } = fasterColumns(kind, typed, inFiles);
  const items = [
    ...typed.map(({ name, type }) => `${recordValue(kind, [name], type)} AS ${quoteName(name)}`),
    ...partitionColumns.map(({ name }) => `${hiddenPartition(name)} AS ${quoteName(name)}`),
    ...Array.from(hidden, ([name, sql]) => `${sql} AS ${quoteName(name)}`),
  ];
  // A partition column may be called as a column of the files is (`region`): it goes by another name until it is shown.
  const read = readFiles({
    files: files.map(withHiddenPartition),
    partitionColumns: partitionColumns.map(({ name, type }) => ({ name: `$partition ${name}`, type })),
    columns: inFiles,
    areAlike,
    ...(partitionColumns.length === 0 ? { ofRows: { $file: 'filename', $number: 'file_row_number' } } : {}),
  });
  const shown = { columns: [...visible, ...partitionColumns], hidden: [...hidden.keys()], faster };
  if (partitionColumns.length > 0 || files.length === 0)
    return { select: `SELECT ${items.join(', ')} FROM (${read})`, schema: shown };
  const paths = files.map(({ path }) => path);
  const head = source.byPlace === true ? lateHead : ['$file', '$number'];
  const rows = head.map((name) => `${quoteName(name)} AS ${quoteName(rowColumn(name))}`);
  return {
    select: `SELECT ${[...items, ...rows].join(', ')} FROM (${read})`,
    schema: shown,
    late: {
      kind,
      head: head.map(rowColumn),
      ...(source.byPlace === true ? {} : { files: paths }),
      costly: costlyColumns,
      over: (relation) => `SELECT ${items.join(', ')} FROM ${relation}`,
    },
  };
}

/** What a row of segments has beside its record. */
const lateHead = ['place', 'account', 'region', 'category', 'entered'];

/** A name in the view that no table can declare. */
function rowColumn(name: string): string {
  return `$row ${name}`;
}

/** Nanoseconds of processor time a row, whether it is shown or not; of a million events from a seeded generator, two cores. */
const costlyColumns: ReadonlyMap<string, number> = new Map([
  ...['eventjson', 'eventjsonchecksum'].map((name): [string, number] => [name, 500]),
  ...['requestparameters', 'resources', 'eventdata', 'eventdata_requestparameters'].map(
    (name): [string, number] => [name, 60],
  ),
  ...['requestid', 'eventid', 'sharedeventid', 'eventdata_uid'].map((name): [string, number] => [name, 40]),
  ...[
    ...['responseelements', 'additionaleventdata', 'serviceeventdetails', 'insightdetails'],
    ...['edgedevicedetails', 'eventdata_responseelements'],
  ].map((name): [string, number] => [name, 15]),
]);

function viewOfFiles(source: OtherSource): TableView {
  const { files, columns, partitionColumns: own = [], hiddenColumns = [] } = source;
  const visible = columns.filter(isNotOneOf(own));
  // Hidden columns are in the files, or said of each of them.
  const said = hiddenColumns.filter(({ name }) => files[0]?.partition?.[name] !== undefined);
  const partitionColumns = [...own, ...said];
  const inFiles = [...visible, ...hiddenColumns.filter(isNotOneOf(said))];
  const types = new Map(inFiles.map(({ name, type }) => [name, toDuckdbType(parseTrinoType(type))]));
  const read = readFiles({
    files: files.map(withHiddenPartition),
    partitionColumns: partitionColumns.map(({ name, type }) => ({ name: `$partition ${name}`, type })),
    columns: types,
    areAlike: false,
  });
  const items = [
    ...Array.from(types, ([name, type]) => `try_cast(${quoteName(name)} AS ${type}) AS ${quoteName(name)}`),
    ...partitionColumns.map(({ name }) => `${hiddenPartition(name)} AS ${quoteName(name)}`),
  ];
  return {
    select: `SELECT ${items.join(', ')} FROM (${read})`,
    schema: { columns: [...visible, ...own], hidden: hiddenColumns.map(({ name }) => name), faster: {} },
  };
}

function hiddenPartition(name: string): string {
  return quoteName(`$partition ${name}`);
}

function withHiddenPartition<T extends { readonly partition?: Readonly<Record<string, string>> }>(
  file: T,
): T {
  if (file.partition === undefined) return file;
  const values = Object.entries(file.partition).map(([name, value]) => [`$partition ${name}`, value]);
  return { ...file, partition: Object.fromEntries(values) };
}

/** A table that declares a partition column as a column too shows it once. */
function isNotOneOf(partitionColumns: readonly TableColumn[]): (column: TableColumn) => boolean {
  const names = new Set(partitionColumns.map(({ name }) => name.toLowerCase()));
  return ({ name }) => !names.has(name.toLowerCase());
}
