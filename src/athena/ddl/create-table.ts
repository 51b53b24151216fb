// SPDX-License-Identifier: Apache-2.0
import type { CreateTableStatement, HiveColumn } from '../../query/dialect/ddl-statement.js';
import { type TableDocument, tableKey } from '../catalog/catalog-documents.js';
import { HiveTypeError, hiveTypeText, parseHiveType } from '../catalog/hive-type.js';
import { verifyProjection } from '../files/partition-projection.js';
import { verifyReadable } from '../files/table-form.js';
import type { DdlScene } from './ddl-scene.js';
import { semantic, taskFailed } from './hive-error.js';
import { tablesPerDatabaseMax, tableTextLengthMax } from './limits.js';
import { tableStorage } from './table-storage.js';

/** CREATE EXTERNAL TABLE. What could never be read is refused here, not by the first query. */
export function createTable(statement: CreateTableStatement, scene: DdlScene): void {
  const { schema, table: name } = scene.newName(statement.table);
  if (scene.catalog.table(schema, name) !== undefined) {
    if (statement.ifNotExists) return;
    throw taskFailed(`AlreadyExistsException(message:Table ${name} already exist)`);
  }
  if (scene.catalog.tables(schema).length >= tablesPerDatabaseMax)
    throw taskFailed(`a database holds at most ${tablesPerDatabaseMax} tables`);
  const table: TableDocument = {
    database: schema,
    name,
    columns: checkedColumns(statement.columns),
    partitionKeys: checkedColumns(statement.partitionedBy),
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    storage: tableStorage(statement),
    properties: { EXTERNAL: 'TRUE', ...statement.properties },
    createdAtMs: scene.context.nowMs,
  };
  verifyTable(table);
  scene.state.put(tableKey(scene.place, schema, name), table);
}

/** Throws when a table as it would be now could not be read. */
export function verifyTable(table: TableDocument): void {
  if (table.columns.length === 0) throw semantic('SYNTAX_ERROR', 10025, 'a table has at least one column');
  const names = new Set<string>();
  for (const { name } of [...table.columns, ...table.partitionKeys]) {
    if (names.has(name)) throw semantic('SYNTAX_ERROR', 10036, `Duplicate column name: ${name}`);
    names.add(name);
  }
  if (JSON.stringify(table).length > tableTextLengthMax)
    throw taskFailed('the definition of the table is too long');
  verifyReadable(table);
  verifyProjection(table);
}

/** Columns in the form in which they are kept: names in lower case, types as Hive prints them. */
export function checkedColumns(columns: readonly HiveColumn[]): HiveColumn[] {
  return columns.map(({ name, type, comment }) => {
    if (name === '' || name.length > 255)
      throw semantic('SYNTAX_ERROR', 10000, 'a column name has 1 to 255 characters');
    return {
      name: name.toLowerCase(),
      type: checkedType(type),
      ...(comment === undefined ? {} : { comment: checkedComment(comment) }),
    };
  });
}

function checkedType(type: string): string {
  try {
    return hiveTypeText(parseHiveType(type));
  } catch (error) {
    if (error instanceof HiveTypeError) throw semantic('SYNTAX_ERROR', 10099, error.message);
    throw error;
  }
}

/** Source: Glue API Reference, "Column" (Comment: a single line of at most 255 characters). */
function checkedComment(comment: string): string {
  if (comment.length <= 255 && !/[\n\r]/.test(comment)) return comment;
  throw taskFailed('the comment of a column is one line of at most 255 characters');
}
