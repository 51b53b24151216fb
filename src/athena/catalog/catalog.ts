// SPDX-License-Identifier: Apache-2.0
import {
  type CatalogPlace,
  type DatabaseDocument,
  databaseKey,
  databasePrefix,
  type PartitionDocument,
  partitionPrefix,
  type TableDocument,
  tableKey,
  tablePrefix,
} from './catalog-documents.js';
import type { CatalogReader } from './catalog-state.js';
import { historyTable, historyTableName } from './history-table.js';

/** The database that is there without anybody making it. Source: Athena User Guide, "CREATE DATABASE" (default). */
const defaultDatabase: DatabaseDocument = { name: 'default', parameters: {}, createdAtMs: 0 };

/** What an account has in its catalog in one Region, what is there out of the box included. */
export class Catalog {
  readonly #state: CatalogReader;
  readonly #place: CatalogPlace;

  constructor(state: CatalogReader, place: CatalogPlace) {
    this.#state = state;
    this.#place = place;
  }

  database(name: string): DatabaseDocument | undefined {
    const found = this.#state.get<DatabaseDocument>(databaseKey(this.#place, name));
    return found ?? (name === 'default' ? defaultDatabase : undefined);
  }

  /** In the order of their names. */
  databases(): readonly DatabaseDocument[] {
    const made = this.#state.list<DatabaseDocument>(databasePrefix(this.#place)).map(({ value }) => value);
    const all = made.some(({ name }) => name === 'default') ? made : [...made, defaultDatabase];
    return all.toSorted(byName);
  }

  table(database: string, name: string): TableDocument | undefined {
    if (database === 'default' && name === historyTableName) return historyTable;
    return this.#state.get<TableDocument>(tableKey(this.#place, database, name));
  }

  /** In the order of their names. */
  tables(database: string): readonly TableDocument[] {
    const made = this.#state
      .list<TableDocument>(tablePrefix(this.#place, database))
      .map(({ value }) => value);
    return (database === 'default' ? [...made, historyTable] : made).toSorted(byName);
  }

  /** In the order of their values. */
  partitions({ database, name }: Pick<TableDocument, 'database' | 'name'>): readonly PartitionDocument[] {
    return this.#state
      .list<PartitionDocument>(partitionPrefix(this.#place, database, name))
      .map(({ value }) => value)
      .toSorted((a, b) => compare(a.values.join('/'), b.values.join('/')));
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
