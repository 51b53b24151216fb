// SPDX-License-Identifier: Apache-2.0
import type { DdlStatement } from '../../query/dialect/ddl-statement.js';
import type { StatementAnswer } from '../../query/query-engine.js';
import type { TableName } from '../../query/table-source.js';
import {
  type DatabaseDocument,
  databaseKey,
  partitionKey,
  type TableDocument,
  tableKey,
} from '../catalog/catalog-documents.js';
import { isCatalogName } from '../catalog/catalog-name.js';
import { withOtherColumns } from './change-columns.js';
import {
  addPartitions,
  dropPartitions,
  existingPartition,
  movePartition,
  renamePartition,
  repairTable,
  verifyLocation,
} from './change-partitions.js';
import { createTable, verifyTable } from './create-table.js';
import type { DdlScene } from './ddl-scene.js';
import { describe, describeView } from './describe-table.js';
import { databaseNotFound, semantic, taskFailed } from './hive-error.js';
import { databasesMax } from './limits.js';
import { padded } from './pad.js';
import { partitionName } from './partition-name.js';
import { showCreateTable, showCreateView } from './show-create.js';
import { matchesPattern } from './show-pattern.js';

const nothing: StatementAnswer = { columns: [], rows: [] };

/**
 * Carries out a statement on the catalog, all of it through `scene.state`, and answers as Athena prints it.
 * Throws QueryError in the words of Athena's Hive side.
 * @param paths for `repairTable`: of all objects, behind the table's location
 */
export function carryOut(
  statement: DdlStatement,
  scene: DdlScene,
  paths: Iterable<string> = [],
): StatementAnswer {
  switch (statement.kind) {
    case 'createTable':
      createTable(statement, scene);
      return nothing;
    case 'dropTable':
    case 'dropView':
      dropTable(statement, scene);
      return nothing;
    case 'addPartitions':
      addPartitions(changeable(statement.table, scene), statement.partitions, statement.ifNotExists, scene);
      return nothing;
    case 'dropPartitions':
      dropPartitions(changeable(statement.table, scene), statement.partitions, statement.ifExists, scene);
      return nothing;
    case 'setTableProperties':
      change(statement.table, scene, (table) => ({
        ...table,
        properties: { ...table.properties, ...statement.properties },
      }));
      return nothing;
    case 'renamePartition':
      renamePartition(changeable(statement.table, scene), statement.partition, statement.to, scene);
      return nothing;
    case 'setPartitionLocation':
      movePartition(changeable(statement.table, scene), statement.partition, statement.location, scene);
      return nothing;
    case 'setTableLocation':
      verifyLocation(statement.location);
      change(statement.table, scene, (table) => ({
        ...table,
        ...(table.storage === undefined
          ? {}
          : { storage: { ...table.storage, location: statement.location } }),
      }));
      return nothing;
    case 'addColumns':
    case 'replaceColumns':
    case 'changeColumn':
      changeColumns(statement, scene);
      return nothing;
    case 'repairTable':
      return lines('', repair(statement.table, paths, scene));
    case 'createView':
      createView(statement, scene);
      return nothing;
    case 'createDatabase':
      createDatabase(statement, scene);
      return nothing;
    case 'dropDatabase':
      dropDatabase(statement, scene);
      return nothing;
    case 'setDatabaseProperties':
      setDatabaseProperties(statement, scene);
      return nothing;
    default:
      return show(statement, scene);
  }
}

type ShowStatement = Extract<
  DdlStatement,
  {
    kind:
      | 'showDatabases'
      | 'showTables'
      | 'showViews'
      | 'showColumns'
      | 'showPartitions'
      | 'showCreateTable'
      | 'showCreateView'
      | 'showTableProperties'
      | 'describe';
  }
>;

function show(statement: ShowStatement, scene: DdlScene): StatementAnswer {
  switch (statement.kind) {
    case 'showDatabases': {
      const names = scene.catalog.databases().map(({ name }) => name);
      return lines('database_name', names.filter(matchesPattern(statement.pattern)));
    }
    case 'showTables':
    case 'showViews': {
      const database = (statement.database ?? scene.context.database ?? 'default').toLowerCase();
      scene.existingDatabase(database);
      const isShown = matchesPattern(statement.pattern);
      const tables = scene.catalog.tables(database).filter(({ name }) => isShown(name));
      return statement.kind === 'showTables'
        ? lines(
            'tab_name',
            tables.map(({ name }) => name),
          )
        : lines(
            'views',
            tables.filter(({ view }) => view !== undefined).map(({ name }) => name),
            'varchar',
          );
    }
    case 'showColumns': {
      const table = scene.existing(statement.table);
      if (table.view !== undefined) return describeView(table);
      return lines(
        'field',
        [...table.columns, ...table.partitionKeys].map(({ name }) => padded(name)),
      );
    }
    case 'showPartitions': {
      const table = scene.existing(statement.table);
      const keys = table.partitionKeys.map(({ name }) => name);
      if (keys.length === 0)
        throw semantic('SYNTAX_ERROR', 10241, `Table ${table.name} is not a partitioned table`);
      return lines(
        'partition',
        scene.catalog.partitions(table).map(({ values }) => partitionName(keys, values)),
      );
    }
    case 'showCreateTable':
      return showCreateTable(existingTable(statement.table, scene));
    case 'showCreateView': {
      const view = scene.existing(statement.table);
      if (view.view === undefined) throw taskFailed(`${view.database}.${view.name} is not a view`);
      return showCreateView(view);
    }
    case 'showTableProperties':
      return showProperties(existingTable(statement.table, scene), statement.property);
    case 'describe':
      return describe(statement, scene);
  }
}

function lines(column: string, texts: readonly string[], type = 'string'): StatementAnswer {
  if (column === '' && texts.length === 0) return nothing;
  return { columns: [{ name: column, type }], rows: texts.map((text) => [text]) };
}

function showProperties(table: TableDocument, property: string | undefined): StatementAnswer {
  const all = {
    ...table.properties,
    transient_lastDdlTime: String(Math.floor(table.createdAtMs / 1_000)),
  };
  const columns = ['prpt_name', 'prpt_value'].map((name) => ({ name, type: 'string' }));
  if (property === undefined)
    return { columns, rows: Object.entries(all).map(([name, value]) => [`${name}\t${value}`]) };
  const value = new Map(Object.entries(all)).get(property);
  const text = value ?? `Table ${table.database}.${table.name} does not have property: ${property}`;
  return { columns, rows: [[text]] };
}

function existingTable(name: TableName, scene: DdlScene): TableDocument {
  const table = scene.existing(name);
  if (table.view !== undefined) throw taskFailed(`${table.database}.${table.name} is a view, not a table`);
  return table;
}

/** A table of the user's own; the account's history is as it is. */
function changeable(name: TableName, scene: DdlScene): TableDocument {
  const table = existingTable(name, scene);
  if (table.storage === undefined)
    throw taskFailed(`${table.database}.${table.name} is the account's history and cannot be changed`);
  return table;
}

function change(name: TableName, scene: DdlScene, how: (table: TableDocument) => TableDocument): void {
  const changed = how(changeable(name, scene));
  verifyTable(changed);
  scene.state.put(tableKey(scene.place, changed.database, changed.name), changed);
}

/**
 * A partition has no columns of its own here: rows of all of them are read by the table's, so what is said of one partition
 * changes nothing but has to be right.
 */
function changeColumns(
  statement: Extract<DdlStatement, { kind: 'addColumns' | 'replaceColumns' | 'changeColumn' }>,
  scene: DdlScene,
): void {
  if (statement.kind === 'changeColumn' || statement.partition === undefined) {
    change(statement.table, scene, (table) => withOtherColumns(table, statement));
    return;
  }
  const table = changeable(statement.table, scene);
  existingPartition(table, statement.partition.values, scene);
  verifyTable(withOtherColumns(table, statement));
}

/** Hive tells of a table that is not there, and succeeds. Source: answers of Athena. */
function repair(name: TableName, paths: Iterable<string>, scene: DdlScene): readonly string[] {
  if (scene.find(name) === undefined) return [`Tables not in metastore:\t${scene.fullName(name).table}`];
  return repairTable(changeable(name, scene), paths, scene);
}

function dropTable(
  { kind, table: name, ifExists }: { kind: 'dropTable' | 'dropView'; table: TableName; ifExists: boolean },
  scene: DdlScene,
): void {
  const found = scene.find(name);
  if (found === undefined) {
    if (ifExists) return;
    scene.existing(name);
    return;
  }
  const isView = found.view !== undefined;
  if (kind === 'dropView' && !isView) throw taskFailed(`Cannot drop a base table with DROP VIEW`);
  if (kind === 'dropTable' && isView) throw taskFailed(`Cannot drop a view with DROP TABLE`);
  if (!isView) changeable(name, scene);
  removeTable(found, scene);
}

function removeTable(table: TableDocument, scene: DdlScene): void {
  for (const { values } of scene.catalog.partitions(table))
    scene.state.delete(partitionKey(scene.place, table.database, table.name, values));
  scene.state.delete(tableKey(scene.place, table.database, table.name));
}

function createView(
  { table, orReplace, sql, columns = [] }: Extract<DdlStatement, { kind: 'createView' }>,
  scene: DdlScene,
): void {
  const { schema, table: name } = scene.newName(table);
  const there = scene.catalog.table(schema, name);
  if (there !== undefined && (there.view === undefined || !orReplace))
    throw taskFailed(`AlreadyExistsException(message:Table ${name} already exist)`);
  const document: TableDocument = {
    database: schema,
    name,
    columns: [],
    partitionKeys: [],
    view: { sql, database: scene.context.database?.toLowerCase() ?? 'default', columns },
    properties: { comment: 'Presto View', presto_view: 'true' },
    createdAtMs: scene.context.nowMs,
  };
  scene.state.put(tableKey(scene.place, schema, name), document);
}

function createDatabase(statement: Extract<DdlStatement, { kind: 'createDatabase' }>, scene: DdlScene): void {
  const name = statement.database.toLowerCase();
  if (!isCatalogName(name))
    throw taskFailed(`InvalidObjectException(message:${name} is not a valid database name)`);
  if (scene.catalog.database(name) !== undefined) {
    if (statement.ifNotExists) return;
    throw taskFailed(`Database ${name} already exists`);
  }
  if (scene.catalog.databases().length >= databasesMax)
    throw taskFailed(`an account has at most ${databasesMax} databases in a Region`);
  const document: DatabaseDocument = {
    name,
    ...(statement.comment === undefined ? {} : { description: statement.comment }),
    ...(statement.location === undefined ? {} : { locationUri: statement.location }),
    parameters: statement.properties,
    createdAtMs: scene.context.nowMs,
  };
  scene.state.put(databaseKey(scene.place, name), document);
}

function setDatabaseProperties(
  { database, properties }: Extract<DdlStatement, { kind: 'setDatabaseProperties' }>,
  scene: DdlScene,
): void {
  const found = scene.existingDatabase(database.toLowerCase());
  const document: DatabaseDocument = { ...found, parameters: { ...found.parameters, ...properties } };
  scene.state.put(databaseKey(scene.place, found.name), document);
}

function dropDatabase(
  { database, ifExists, cascade }: Extract<DdlStatement, { kind: 'dropDatabase' }>,
  scene: DdlScene,
): void {
  const name = database.toLowerCase();
  if (name === 'default') throw taskFailed('MetaException(message:Can not drop default database)');
  if (!isCatalogName(name) || scene.catalog.database(name) === undefined) {
    if (ifExists) return;
    throw databaseNotFound(name);
  }
  const tables = scene.catalog.tables(name);
  if (tables.length > 0 && !cascade)
    throw taskFailed(
      `InvalidOperationException(message:Database ${name} is not empty. One or more tables exist.)`,
    );
  for (const table of tables) removeTable(table, scene);
  scene.state.delete(databaseKey(scene.place, name));
}
