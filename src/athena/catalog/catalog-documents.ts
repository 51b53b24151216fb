// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { HiveColumn } from '../../query/dialect/ddl-statement.js';
import type { TableColumn } from '../../query/table-source.js';

/** A database of the account's own catalog (`AwsDataCatalog`). Names are kept in lower case, as Glue keeps them. */
export interface DatabaseDocument {
  readonly name: string;
  readonly description?: string;
  readonly locationUri?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

/** How the files of a table are written: Hive's class names and their properties. */
export interface TableStorage {
  readonly location: string;
  readonly serde: string;
  readonly serdeProperties: Readonly<Record<string, string>>;
  readonly inputFormat: string;
  readonly outputFormat: string;
}

export interface ViewDefinition {
  readonly sql: string;
  /** The database in whose light the names of the statement are to be read. */
  readonly database: string;
  readonly columns: readonly TableColumn[];
}

/** A table or view. It has a `view` or a `storage`; the account's history has neither. */
export interface TableDocument {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly HiveColumn[];
  readonly partitionKeys: readonly HiveColumn[];
  readonly comment?: string;
  readonly storage?: TableStorage;
  readonly view?: ViewDefinition;
  /** TBLPROPERTIES. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

export interface PartitionDocument {
  /** In the order of the partition keys. */
  readonly values: readonly string[];
  readonly location: string;
  readonly createdAtMs: number;
}

export interface CatalogPlace {
  readonly accountId: string;
  readonly region: string;
}

/** `athena-database/111122223333/eu-west-1/logs` */
export function databaseKey(place: CatalogPlace, name: string): string {
  return `${databasePrefix(place)}${name}`;
}

export function databasePrefix({ accountId, region }: CatalogPlace): string {
  return `athena-database/${accountId}/${region}/`;
}

/** `athena-table/111122223333/eu-west-1/logs/cloudtrail` */
export function tableKey(place: CatalogPlace, database: string, name: string): string {
  return `${tablePrefix(place, database)}${name}`;
}

export function tablePrefix({ accountId, region }: CatalogPlace, database: string): string {
  return `athena-table/${accountId}/${region}/${database}/`;
}

/** By a hash of the values: together they may be longer than a key of the state. */
export function partitionKey(
  place: CatalogPlace,
  database: string,
  table: string,
  values: readonly string[],
): string {
  return `${partitionPrefix(place, database, table)}${hash('sha256', JSON.stringify(values))}`;
}

export function partitionPrefix(
  { accountId, region }: CatalogPlace,
  database: string,
  table: string,
): string {
  return `athena-partition/${accountId}/${region}/${database}/${table}/`;
}
