// SPDX-License-Identifier: Apache-2.0
import type {
  Column,
  Database,
  GetDatabaseInput,
  GetDatabaseOutput,
  GetTableMetadataInput,
  GetTableMetadataOutput,
  ListDatabasesInput,
  ListDatabasesOutput,
  ListTableMetadataInput,
  ListTableMetadataOutput,
  TableMetadata,
} from '@aws-sdk/client-athena';
import { Catalog } from '../../athena/catalog/catalog.js';
import type { DatabaseDocument, TableDocument } from '../../athena/catalog/catalog-documents.js';
import { isAwsDataCatalog, isCatalogName } from '../../athena/catalog/catalog-name.js';
import { hiveTypeOf } from '../../athena/catalog/hive-type-of.js';
import type { HiveColumn } from '../../query/dialect/ddl-statement.js';
import type { Call, Handler } from '../service.js';
import { invalidRequest, metadataError } from './athena-errors.js';
import { checkLength } from './check-members.js';
import { findDataCatalog } from './data-catalog-handlers.js';
import { pageOf } from './paging.js';

export const listDatabases: Handler<ListDatabasesInput, ListDatabasesOutput> = (input, call) => {
  const all = catalogOf(input.CatalogName, call).databases();
  const { items, ...next } = pageOf(all, ({ name }) => name, input, { kind: 'databases' });
  return { DatabaseList: items.map(shownDatabase), ...next };
};

export const getDatabase: Handler<GetDatabaseInput, GetDatabaseOutput> = (input, call) => ({
  Database: shownDatabase(databaseOf(input.CatalogName, input.DatabaseName, call)),
});

export const listTableMetadata: Handler<ListTableMetadataInput, ListTableMetadataOutput> = (input, call) => {
  const database = databaseOf(input.CatalogName, input.DatabaseName, call).name;
  const isShown = expressionFilter(input.Expression);
  const all = catalogOf(input.CatalogName, call)
    .tables(database)
    .filter(({ name }) => isShown(name));
  const { items, ...next } = pageOf(all, ({ name }) => name, input, { kind: `tables/${database}` });
  return { TableMetadataList: items.map(shownTable), ...next };
};

export const getTableMetadata: Handler<GetTableMetadataInput, GetTableMetadataOutput> = (input, call) => {
  const database = databaseOf(input.CatalogName, input.DatabaseName, call).name;
  const name = checkLength(input.TableName ?? '', 'tableName', 1, 128).toLowerCase();
  const found = isCatalogName(name) ? catalogOf(input.CatalogName, call).table(database, name) : undefined;
  if (found === undefined) throw entityNotFound(`Table ${name} not found.`, call);
  return { TableMetadata: shownTable(found) };
};

function catalogOf(name: string | undefined, call: Call): Catalog {
  const catalog = findDataCatalog(checkLength(name ?? '', 'catalogName', 1, 256), call);
  if (catalog === undefined)
    throw invalidRequest(`DataCatalog ${name} was not found`, 'DATACATALOG_NOT_FOUND');
  if (!isAwsDataCatalog(catalog.name))
    throw metadataError(`DataCatalog ${catalog.name} is registered, but Cairn does not connect to it.`);
  return new Catalog(call.state, call);
}

function databaseOf(catalog: string | undefined, name: string | undefined, call: Call): DatabaseDocument {
  const wanted = checkLength(name ?? '', 'databaseName', 1, 128).toLowerCase();
  const found = isCatalogName(wanted) ? catalogOf(catalog, call).database(wanted) : undefined;
  if (found === undefined) throw entityNotFound(`Database ${wanted} not found.`, call);
  return found;
}

/** Athena hands on what its catalog says. */
function entityNotFound(message: string, { requestId }: Call): Error {
  return metadataError(
    `${message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: ${requestId}; Proxy: null)`,
  );
}

/** Source: Athena API Reference, "ListTableMetadata" (Expression): a regular expression; here `*`, `|` and plain text count. */
function expressionFilter(expression: string | undefined): (name: string) => boolean {
  if (expression === undefined || expression === '') return () => true;
  checkLength(expression, 'expression', 0, 256);
  const choices = expression
    .toLowerCase()
    .split('|')
    .map((choice) => choice.split(/(?:\.\*|\*)+/));
  return (name) =>
    choices.some((parts) => {
      let at = 0;
      return parts.every((part) => {
        const found = name.indexOf(part, at);
        at = found + part.length;
        return found >= 0;
      });
    });
}

function shownDatabase({ name, description, parameters }: DatabaseDocument): Database {
  return {
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    Parameters: { ...parameters },
  };
}

function shownTable(table: TableDocument): TableMetadata {
  const { storage, view } = table;
  return {
    Name: table.name,
    CreateTime: new Date(table.createdAtMs),
    LastAccessTime: new Date(0),
    TableType: view === undefined ? 'EXTERNAL_TABLE' : 'VIRTUAL_VIEW',
    Columns:
      view === undefined
        ? table.columns.map(shownColumn)
        : view.columns.map((column) => shownColumn({ ...column, type: hiveTypeOf(column.type) })),
    PartitionKeys: table.partitionKeys.map(shownColumn),
    Parameters: {
      ...table.properties,
      ...(table.comment === undefined ? {} : { comment: table.comment }),
      ...(storage === undefined
        ? {}
        : {
            inputformat: storage.inputFormat,
            location: storage.location,
            outputformat: storage.outputFormat,
            'serde.serialization.lib': storage.serde,
            ...Object.fromEntries(
              Object.entries(storage.serdeProperties).map(([name, value]) => [`serde.param.${name}`, value]),
            ),
          }),
    },
  };
}

function shownColumn({ name, type, comment }: HiveColumn): Column {
  return { Name: name, Type: type, ...(comment === undefined ? {} : { Comment: comment }) };
}
