// SPDX-License-Identifier: Apache-2.0
import type { TableName } from '../../query/table-source.js';

/** The catalog that every account has. Source: Athena User Guide, "Use AWS Glue Data Catalog to connect to your data". */
export const awsDataCatalog = 'AwsDataCatalog';

/** Its name in error messages of the engine. */
export const engineCatalog = 'awsdatacatalog';

export function isAwsDataCatalog(name: string): boolean {
  return name.toLowerCase() === engineCatalog;
}

/**
 * Database, table and column names. Glue takes more, Athena's DDL only these; the length is that of keys of the state.
 * Source: Athena User Guide, "Name databases, tables, and columns".
 */
const nameForm = /^[a-z0-9_][a-z0-9_$-]{0,127}$/;

export function isCatalogName(name: string): boolean {
  return nameForm.test(name);
}

/** A name with nothing left open, in lower case. */
export interface FullName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

export function toFullName(
  { catalog, schema, table }: TableName,
  context: { readonly catalog?: string; readonly database?: string },
): FullName {
  return {
    catalog: (catalog ?? context.catalog ?? engineCatalog).toLowerCase(),
    schema: (schema ?? context.database ?? 'default').toLowerCase(),
    table: table.toLowerCase(),
  };
}
