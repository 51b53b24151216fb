// SPDX-License-Identifier: Apache-2.0
import type { Catalog } from '../../athena/catalog/catalog.js';
import type { TableDocument } from '../../athena/catalog/catalog-documents.js';
import { engineCatalog } from '../../athena/catalog/catalog-name.js';
import { athenaTypeText, parseHiveType } from '../../athena/catalog/hive-type.js';
import type { TableSource } from '../../query/table-source.js';

type Cells = readonly (string | null)[];

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  schemata: ['catalog_name', 'schema_name'],
  tables: ['table_catalog', 'table_schema', 'table_name', 'table_type'],
  views: ['table_catalog', 'table_schema', 'table_name', 'view_definition'],
  columns: [
    'table_catalog',
    'table_schema',
    'table_name',
    'column_name',
    'ordinal_position',
    'column_default',
    'is_nullable',
    'data_type',
    'comment',
    'extra_info',
  ],
};

/**
 * A table of `information_schema`; undefined for a name that is none.
 * Source: Athena User Guide, "Query the AWS Glue Data Catalog" (information_schema).
 * @param isShown which databases the caller may see
 */
export function informationSchemaTable(
  name: string,
  catalog: Catalog,
  isShown: (database: string) => boolean,
): TableSource | undefined {
  const columns = Object.hasOwn(columnsOf, name) ? columnsOf[name] : undefined;
  if (columns === undefined) return undefined;
  return {
    kind: 'rows',
    columns: columns.map((column) => ({
      name: column,
      type: column === 'ordinal_position' ? 'bigint' : 'varchar',
    })),
    rows: rowsOf(name, catalog, isShown),
  };
}

function rowsOf(name: string, catalog: Catalog, isShown: (database: string) => boolean): readonly Cells[] {
  const databases = catalog
    .databases()
    .map((database) => database.name)
    .filter(isShown);
  if (name === 'schemata')
    return [...databases, 'information_schema'].map((database) => [engineCatalog, database]);
  const tables = databases.flatMap((database) => catalog.tables(database));
  switch (name) {
    case 'views':
      return tables.flatMap((table) =>
        table.view === undefined ? [] : [[engineCatalog, table.database, table.name, table.view.sql]],
      );
    case 'tables':
      return tables.map((table) => [
        engineCatalog,
        table.database,
        table.name,
        table.view === undefined ? 'BASE TABLE' : 'VIEW',
      ]);
    default:
      return tables.flatMap(columnRows);
  }
}

function columnRows({ database, name, columns, partitionKeys, view }: TableDocument): Cells[] {
  const typed =
    view?.columns.map((column) => ({ ...column, comment: undefined, extra: null })) ??
    [
      ...columns.map((column) => ({ ...column, extra: null })),
      ...partitionKeys.map((column) => ({ ...column, extra: 'partition key' })),
    ].map((column) => ({ ...column, type: athenaTypeText(parseHiveType(column.type)) }));
  return typed.map(({ name: column, type, comment, extra }, at) => [
    engineCatalog,
    database,
    name,
    column,
    String(at + 1),
    null,
    'YES',
    type,
    comment ?? null,
    extra,
  ]);
}
