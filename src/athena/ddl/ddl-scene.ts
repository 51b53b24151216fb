// SPDX-License-Identifier: Apache-2.0
import type { TableName } from '../../query/table-source.js';
import { Catalog } from '../catalog/catalog.js';
import type { CatalogPlace, DatabaseDocument, TableDocument } from '../catalog/catalog-documents.js';
import {
  awsDataCatalog,
  type FullName,
  isAwsDataCatalog,
  isCatalogName,
  toFullName,
} from '../catalog/catalog-name.js';
import type { CatalogState } from '../catalog/catalog-state.js';
import { databaseNotFound, notSupported, tableNotFound, taskFailed } from './hive-error.js';

/** Where a statement is carried out: whose catalog, in the light of which database, when. */
export interface DdlContext {
  readonly place: CatalogPlace;
  readonly database?: string;
  readonly catalog?: string;
  readonly nowMs: number;
}

/** A statement's view of the catalog. What it throws is the query's failure in Athena's words. */
export class DdlScene {
  readonly catalog: Catalog;

  constructor(
    readonly state: CatalogState,
    readonly context: DdlContext,
  ) {
    this.catalog = new Catalog(state, context.place);
  }

  get place(): CatalogPlace {
    return this.context.place;
  }

  fullName(name: TableName): FullName {
    const full = toFullName(name, this.context);
    if (!isAwsDataCatalog(full.catalog))
      throw notSupported(`tables are made in ${awsDataCatalog} only, not in '${full.catalog.slice(0, 128)}'`);
    return full;
  }

  newName(name: TableName): FullName {
    const full = this.fullName(name);
    if (!isCatalogName(full.table))
      throw taskFailed(
        `InvalidObjectException(message:${full.table.slice(0, 128)} is not a valid object name)`,
      );
    this.existingDatabase(full.schema);
    return full;
  }

  existingDatabase(name: string): DatabaseDocument {
    const found = isCatalogName(name) ? this.catalog.database(name) : undefined;
    if (found === undefined) throw databaseNotFound(name);
    return found;
  }

  find(name: TableName): TableDocument | undefined {
    const { schema, table } = this.fullName(name);
    return isCatalogName(schema) && isCatalogName(table) ? this.catalog.table(schema, table) : undefined;
  }

  existing(name: TableName): TableDocument {
    const found = this.find(name);
    if (found !== undefined) return found;
    const { schema, table } = this.fullName(name);
    throw tableNotFound(schema, table);
  }
}
