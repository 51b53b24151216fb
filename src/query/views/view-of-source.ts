// SPDX-License-Identifier: Apache-2.0
import { parseTrinoType, quoteName, toDuckdbType } from '../dialect/trino-type.js';
import type { TableColumn, TableSource } from '../table-source.js';
import { fasterColumns } from './faster-columns.js';
import { readFiles } from './read-files.js';
import { recordSchemas } from './record-schemas.js';
import { recordValue } from './record-value.js';
import { kindOfSchema, segmentColumns } from './segment-columns.js';
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
  const { hidden, faster } = fasterColumns(kind, typed);
  const items = [
    ...typed.map(({ name, type }) => `${recordValue(kind, [name], type)} AS ${quoteName(name)}`),
    ...partitionColumns.map(({ name }) => `${hiddenPartition(name)} AS ${quoteName(name)}`),
    ...Array.from(hidden, ([name, sql]) => `${sql} AS ${quoteName(name)}`),
  ];
  // A partition column may be called as a column of the files is (`region`): it goes by another name until it is shown.
  const read = readFiles({
    files: files.map(withHiddenPartition),
    partitionColumns: partitionColumns.map(({ name, type }) => ({ name: `$partition ${name}`, type })),
    columns: segmentColumns(kind),
    areAlike: true,
  });
  const shown = { columns: [...visible, ...partitionColumns], hidden: [...hidden.keys()], faster };
  if (source.byPlace !== true || kind !== 'cloudtrail' || partitionColumns.length > 0)
    return { select: `SELECT ${items.join(', ')} FROM (${read})`, schema: shown };
  const all = [...items, ...lateHead.map((name) => `${name} AS ${quoteName(`$row ${name}`)}`)].join(', ');
  return {
    select: `SELECT ${all} FROM (${read})`,
    schema: shown,
    late: {
      head: lateHead.map((name) => `$row ${name}`),
      costly: costlyColumns,
      over: (relation) => `SELECT ${all} FROM ${relation}`,
    },
  };
}

/** What a row of segments has beside its record. Their names in the view are none that a table can declare. */
const lateHead = ['place', 'account', 'region', 'category', 'entered'];

const costlyColumns: ReadonlySet<string> = new Set([
  ...[
    'requestparameters',
    'responseelements',
    'additionaleventdata',
    'serviceeventdetails',
    'insightdetails',
  ],
  ...[
    'edgedevicedetails',
    'resources',
    'requestid',
    'eventid',
    'sharedeventid',
    'eventjson',
    'eventjsonchecksum',
  ],
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
