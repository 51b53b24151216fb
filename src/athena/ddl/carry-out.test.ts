// SPDX-License-Identifier: Apache-2.0
/**
 * Statements on the catalog. Oracle: the rows and reasons that Athena answers (Athena User Guide, "DDL statements"; the words of
 * Hive's DDLTask and SemanticException).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CreateTableStatement, DdlStatement } from '../../query/dialect/ddl-statement.js';
import { QueryError } from '../../query/query-error.js';
import { MemoryState } from '../testing/memory-state.js';
import { carryOut } from './carry-out.js';
import { DdlScene } from './ddl-scene.js';

const place = { accountId: '111122223333', region: 'eu-west-1' };
const nowMs = Date.UTC(2026, 10, 21);

class Athena {
  readonly state = new MemoryState();

  run(statement: DdlStatement, paths: readonly string[] = [], database?: string): string[] {
    const context = { place, nowMs, ...(database === undefined ? {} : { database }) };
    const { rows } = carryOut(statement, new DdlScene(this.state, context), paths);
    return rows.map((row) => row.join('|'));
  }

  fails(statement: DdlStatement, reason: RegExp | string): void {
    const before = new Map(this.state.documents);
    assert.throws(
      () => this.run(statement),
      (error: unknown) => {
        assert.ok(error instanceof QueryError, String(error));
        if (typeof reason === 'string') assert.equal(error.message, reason);
        else assert.match(error.message, reason);
        return true;
      },
    );
    assert.deepEqual(new Map(this.state.documents), before);
  }
}

function table(name: string, more: Partial<CreateTableStatement> = {}): CreateTableStatement {
  return {
    kind: 'createTable',
    table: { table: name },
    ifNotExists: false,
    columns: [
      { name: 'Version', type: 'int' },
      { name: 'account_id', type: 'STRING', comment: 'whose' },
    ],
    partitionedBy: [],
    serdeProperties: {},
    location: 's3://logs/vpc/',
    properties: {},
    ...more,
  };
}

const byDay = table('flow', { partitionedBy: [{ name: 'day', type: 'string' }] });

describe('tables', () => {
  test('what is made is there, once, in lower case', () => {
    const athena = new Athena();
    athena.run(table('Flow'));
    assert.deepEqual(athena.run({ kind: 'showTables' }), ['cairn_history', 'flow']);
    athena.fails(
      table('flow'),
      'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Table flow already exist)',
    );
    athena.run(table('flow', { ifNotExists: true }));
  });

  test('the history is there, and nobody changes or replaces it', () => {
    const athena = new Athena();
    const name = { table: 'cairn_history' };
    athena.fails(table('cairn_history'), /already exist/);
    athena.fails({ kind: 'dropTable', table: name, ifExists: true }, /is the account's history/);
    athena.fails({ kind: 'setTableProperties', table: name, properties: {} }, /is the account's history/);
    assert.equal(
      athena.run({ kind: 'describe', table: name, extended: false, formatted: false })[0],
      `${'eventversion'.padEnd(20)}\t${'string'.padEnd(20)}\t${' '.repeat(20)}`,
    );
  });

  test('what could never be read is refused when it is made', () => {
    const athena = new Athena();
    athena.fails(table('a', { location: '/etc/passwd' }), /is not a location in Amazon S3/);
    athena.fails(table('a', { storedAs: 'ORC' }), /^NOT_SUPPORTED: tables STORED AS ORC/);
    athena.fails(table('a', { serde: 'com.example.Mine' }), /the SerDe com\.example\.Mine/);
    athena.fails(table('a', { columns: [{ name: 'x', type: 'struct<a:' }] }), /of type 'struct<a:'/);
    athena.fails(table('a', { columns: [] }), /at least one column/);
    athena.fails(
      table('a', { partitionedBy: [{ name: 'VERSION', type: 'string' }] }),
      /Duplicate column name: version/,
    );
    athena.fails(table('../etc'), /not a valid object name/);
    athena.fails(
      table('a', { table: { schema: 'nope', table: 'a' } }),
      'FAILED: SemanticException [Error 10072]: Database does not exist: nope',
    );
    athena.fails(table('a', { table: { catalog: 'mysql', schema: 'x', table: 'a' } }), /AwsDataCatalog only/);
    athena.fails(
      table('a', {
        partitionedBy: [{ name: 'day', type: 'string' }],
        properties: { 'projection.enabled': 'true' },
      }),
      /projection\.day\.type is missing/,
    );
  });

  test('DROP TABLE takes the partitions along', () => {
    const athena = new Athena();
    athena.run(byDay);
    athena.run({
      kind: 'addPartitions',
      table: { table: 'flow' },
      ifNotExists: false,
      partitions: [{ values: { day: '1' } }],
    });
    athena.run({ kind: 'dropTable', table: { table: 'flow' }, ifExists: false });
    assert.equal(athena.state.documents.size, 0);
    athena.run({ kind: 'dropTable', table: { table: 'flow' }, ifExists: true });
    athena.fails(
      { kind: 'dropTable', table: { table: 'flow' }, ifExists: false },
      'FAILED: SemanticException [Error 10001]: Table not found default.flow',
    );
  });
});

describe('partitions', () => {
  test('are added once, at the place that is said or the usual one, and shown as Hive shows them', () => {
    const athena = new Athena();
    athena.run(byDay);
    const add = (
      partitions: { values: Record<string, string>; location?: string }[],
      ifNotExists = false,
    ): DdlStatement => ({
      kind: 'addPartitions',
      table: { table: 'flow' },
      ifNotExists,
      partitions,
    });
    athena.run(
      add([{ values: { Day: '2026/11/21' }, location: 's3://logs/other/' }, { values: { day: 'b' } }]),
    );
    assert.deepEqual(athena.run({ kind: 'showPartitions', table: { table: 'flow' } }), [
      'day=2026%2F11%2F21',
      'day=b',
    ]);
    athena.fails(
      add([{ values: { day: 'c' } }, { values: { day: 'b' } }].slice(1)),
      /Partition already exists: \[b\]/,
    );
    athena.run(add([{ values: { day: 'b' } }], true));
    athena.fails(add([{ values: { month: '1' } }]), /a partition has a value for each of \(day\)/);
    athena.fails(add([{ values: { day: 'x' }, location: 'file:///tmp' }]), /is not a location in Amazon S3/);
    athena.run({
      kind: 'dropPartitions',
      table: { table: 'flow' },
      ifExists: false,
      partitions: [{ values: { day: 'b' } }],
    });
    assert.deepEqual(athena.run({ kind: 'showPartitions', table: { table: 'flow' } }), [
      'day=2026%2F11%2F21',
    ]);
  });

  test('MSCK REPAIR TABLE finds folders key=value, and only those', () => {
    const athena = new Athena();
    athena.run(byDay);
    const repair: DdlStatement = { kind: 'repairTable', table: { table: 'flow' } };
    const lines = athena.run(repair, ['day=1/a.gz', 'day=1/b.gz', 'DAY=2/x', 'other=3/x', 'readme.txt']);
    assert.deepEqual(lines, [
      'Partitions not in metastore:\tflow:day=1\tflow:day=2',
      'Repair: Added partition to metastore default.flow:day=1',
      'Repair: Added partition to metastore default.flow:day=2',
    ]);
    assert.deepEqual(athena.run(repair, ['day=1/a.gz', 'day=2/x']), []);
    assert.deepEqual(athena.run(repair, ['day=1/a.gz']), ['Partitions missing from filesystem:\tflow:day=2']);
    athena.run({
      kind: 'addPartitions',
      table: { table: 'flow' },
      ifNotExists: false,
      partitions: [{ values: { day: '3' }, location: 's3://elsewhere/3/' }],
    });
    athena.run({
      kind: 'dropPartitions',
      table: { table: 'flow' },
      ifExists: false,
      partitions: [{ values: { day: '2' } }],
    });
    assert.deepEqual(athena.run(repair, ['day=1/a.gz']), [], 'what lies elsewhere is not missing here');
    athena.run({
      kind: 'dropPartitions',
      table: { table: 'flow' },
      ifExists: false,
      partitions: [{ values: { day: '3' } }],
    });
    athena.run(repair, ['day=1/a.gz', 'day=2/x']);
    assert.deepEqual(athena.run(repair, []), [
      'Tables missing on filesystem:\tflow',
      'Partitions missing from filesystem:\tflow:day=1\tflow:day=2',
    ]);
    assert.deepEqual(athena.run({ kind: 'repairTable', table: { table: 'nope' } }), [
      'Tables not in metastore:\tnope',
    ]);
    assert.deepEqual(athena.run({ kind: 'showPartitions', table: { table: 'flow' } }), ['day=1', 'day=2']);
  });

  test('a table without partition keys has none', () => {
    const athena = new Athena();
    athena.run(table('flow'));
    athena.fails(
      { kind: 'showPartitions', table: { table: 'flow' } },
      /Table flow is not a partitioned table/,
    );
  });
});

describe('partitions and columns that change', () => {
  const flow = { table: 'flow' };
  const named = (day: string) => ({ values: { day } });
  const columnsOf = (athena: Athena) =>
    athena
      .run({ kind: 'describe', table: flow, extended: false, formatted: false })
      .map((line) => line.split('\t').map((cell) => cell.trim()));

  test('a partition gets another name, and another place', () => {
    const athena = new Athena();
    athena.run(byDay);
    const partitions = [named('1'), named('2')];
    athena.run({ kind: 'addPartitions', table: flow, ifNotExists: false, partitions });
    athena.run({ kind: 'renamePartition', table: flow, partition: named('1'), to: named('3') });
    assert.deepEqual(athena.run({ kind: 'showPartitions', table: flow }), ['day=2', 'day=3']);
    const facts = () =>
      athena
        .run({ kind: 'describe', table: flow, extended: false, formatted: true, partition: named('3') })
        .find((line) => line.startsWith('Location:'));
    assert.match(facts() ?? '', /s3:\/\/logs\/vpc\/day=1\//);
    const location = 's3://other/3/';
    athena.run({ kind: 'setPartitionLocation', table: flow, partition: named('3'), location });
    assert.match(facts() ?? '', /s3:\/\/other\/3\//);
    athena.fails(
      { kind: 'renamePartition', table: flow, partition: named('3'), to: named('2') },
      /already exists/,
    );
    athena.fails(
      { kind: 'renamePartition', table: flow, partition: named('9'), to: named('4') },
      'FAILED: SemanticException [Error 10006]: Partition not found (day=9)',
    );
    for (const where of ['http://x/', '/a']) {
      athena.fails(
        { kind: 'setPartitionLocation', table: flow, partition: named('3'), location: where },
        /is not a location in Amazon S3/,
      );
      athena.fails({ kind: 'setTableLocation', table: flow, location: where }, /is not a location/);
    }
  });

  test('columns are replaced, changed and moved; those of partitions are not', () => {
    const athena = new Athena();
    athena.run(byDay);
    athena.run({
      kind: 'changeColumn',
      table: flow,
      from: 'version',
      column: { name: 'v', type: 'bigint' },
      place: { after: 'account_id' },
    });
    assert.deepEqual(columnsOf(athena).slice(0, 3), [
      ['account_id', 'string', 'whose'],
      ['v', 'bigint', ''],
      ['day', 'string', ''],
    ]);
    const kept = { name: 'account_id', type: 'varchar(12)' };
    athena.run({ kind: 'changeColumn', table: flow, from: 'account_id', column: kept });
    assert.deepEqual(columnsOf(athena)[0], ['account_id', 'varchar(12)', 'whose']);
    athena.run({
      kind: 'changeColumn',
      table: flow,
      from: 'v',
      column: { name: 'v', type: 'int' },
      place: 'first',
    });
    assert.deepEqual(columnsOf(athena).map(([name]) => name)[0], 'v');
    athena.run({ kind: 'replaceColumns', table: flow, columns: [{ name: 'only', type: 'string' }] });
    assert.deepEqual(
      columnsOf(athena)
        .slice(0, 2)
        .map(([name]) => name),
      ['only', 'day'],
    );
    for (const from of ['day', 'nope'])
      athena.fails(
        { kind: 'changeColumn', table: flow, from, column: { name: 'x', type: 'int' } },
        /Invalid column reference/,
      );
    athena.fails(
      { kind: 'replaceColumns', table: flow, columns: [{ name: 'day', type: 'int' }] },
      /Duplicate column name: day/,
    );
    athena.fails(
      { kind: 'addColumns', table: flow, partition: named('9'), columns: [{ name: 'x', type: 'int' }] },
      /Partition not found/,
    );
  });

  test('of files whose SerDe knows the columns by other names, they are not replaced', () => {
    const athena = new Athena();
    athena.run(table('flow', { serde: 'org.openx.data.jsonserde.JsonSerDe' }));
    athena.fails(
      { kind: 'replaceColumns', table: flow, columns: [{ name: 'only', type: 'string' }] },
      'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Replace columns is not supported for table default.flow. SerDe may be incompatible.',
    );
  });
});

describe('what is printed', () => {
  test('DESCRIBE of a column and of what is within it', () => {
    const athena = new Athena();
    const type = 'struct<arn:string,tags:map<string,array<int>>>';
    athena.run(table('flow', { columns: [{ name: 'who', type, comment: 'c' }] }));
    const lines = (...column: string[]) =>
      athena.run({
        kind: 'describe',
        table: { table: 'flow' },
        extended: false,
        formatted: false,
        column,
      });
    assert.deepEqual(lines('who'), [`who                 \t${type}\tc                   `]);
    assert.deepEqual(lines('flow', 'who', 'tags', '$value$', '$elem$'), [
      '$elem$              \tint                 \tfrom deserializer   ',
    ]);
    for (const path of [['nope'], ['who', 'nope'], ['who', 'arn', '$elem$']])
      assert.throws(() => lines(...path), /Invalid column reference/);
  });

  test('DESCRIBE FORMATTED begins with a title and ends with how the files are written', () => {
    const athena = new Athena();
    athena.run(table('flow', { fieldsTerminatedBy: '\t' }));
    const lines = athena.run({
      kind: 'describe',
      table: { table: 'flow' },
      extended: false,
      formatted: true,
    });
    assert.deepEqual(lines.slice(0, 3), [
      '# col_name            \tdata_type           \tcomment             ',
      '\t \t ',
      'version             \tint                 \t                    ',
    ]);
    assert.deepEqual(lines.slice(-3), [
      'Storage Desc Params:\t \t ',
      '\tfield.delim         \t\\t                  ',
      '\tserialization.format\t\\t                  ',
    ]);
  });

  test('DESCRIBE pads to 20 characters and shows partition columns twice', () => {
    const athena = new Athena();
    athena.run(byDay);
    assert.deepEqual(
      athena.run({ kind: 'describe', table: { table: 'flow' }, extended: false, formatted: false }),
      [
        'version             \tint                 \t                    ',
        'account_id          \tstring              \twhose               ',
        'day                 \tstring              \t                    ',
        '\t \t ',
        '# Partition Information\t \t ',
        '# col_name            \tdata_type           \tcomment             ',
        '\t \t ',
        'day                 \tstring              \t                    ',
      ],
    );
    assert.deepEqual(
      athena.run({ kind: 'showColumns', table: { table: 'flow' } })[0],
      'version             ',
    );
  });

  test('SHOW CREATE TABLE writes what CREATE TABLE takes', () => {
    const athena = new Athena();
    athena.run(table('flow', { fieldsTerminatedBy: '\t', properties: { 'skip.header.line.count': '1' } }));
    assert.deepEqual(athena.run({ kind: 'showCreateTable', table: { table: 'flow' } }), [
      'CREATE EXTERNAL TABLE `default.flow`(',
      '  `version` int, ',
      "  `account_id` string COMMENT 'whose')",
      'ROW FORMAT SERDE ',
      "  'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' ",
      'WITH SERDEPROPERTIES ( ',
      "  'field.delim'='\\t', ",
      "  'serialization.format'='\\t') ",
      'STORED AS INPUTFORMAT ',
      "  'org.apache.hadoop.mapred.TextInputFormat' ",
      'OUTPUTFORMAT ',
      "  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
      'LOCATION',
      "  's3://logs/vpc/'",
      'TBLPROPERTIES (',
      "  'skip.header.line.count'='1', ",
      "  'transient_lastDdlTime'='1795219200')",
    ]);
    assert.deepEqual(athena.run({ kind: 'showTableProperties', table: { table: 'flow' } }), [
      'EXTERNAL\tTRUE',
      'skip.header.line.count\t1',
      'transient_lastDdlTime\t1795219200',
    ]);
  });

  test('patterns choose names', () => {
    const athena = new Athena();
    for (const name of ['alb_logs', 'alb_old', 'vpc']) athena.run(table(name));
    const shown = (pattern: string) => athena.run({ kind: 'showTables', pattern });
    assert.deepEqual(shown('alb*'), ['alb_logs', 'alb_old']);
    assert.deepEqual(shown('*_logs|vpc'), ['alb_logs', 'vpc']);
    assert.deepEqual(shown('.*_logs'), ['alb_logs']);
    assert.deepEqual(shown('.*b_.*'), ['alb_logs', 'alb_old']);
    assert.deepEqual(shown('alb'), []);
    assert.deepEqual(shown('(a+)+$'), []);
  });
});

describe('databases and views', () => {
  test('a database goes when it is empty, or with all that is in it', () => {
    const athena = new Athena();
    athena.run({ kind: 'createDatabase', database: 'Logs', ifNotExists: false, properties: {} });
    assert.deepEqual(athena.run({ kind: 'showDatabases' }), ['default', 'logs']);
    athena.fails(
      { kind: 'createDatabase', database: 'logs', ifNotExists: false, properties: {} },
      'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Database logs already exists',
    );
    const setProperties: DdlStatement = {
      kind: 'setDatabaseProperties',
      database: 'LOGS',
      properties: { owner: 'me' },
    };
    athena.run(setProperties);
    const [database] = [...athena.state.documents.values()] as { parameters: unknown }[];
    assert.deepEqual(database?.parameters, { owner: 'me' });
    athena.fails({ ...setProperties, database: 'nope' }, /Database does not exist: nope/);
    athena.run(table('flow', { table: { schema: 'logs', table: 'flow' } }));
    athena.fails(
      { kind: 'dropDatabase', database: 'logs', ifExists: false, cascade: false },
      /Database logs is not empty/,
    );
    athena.run({ kind: 'dropDatabase', database: 'logs', ifExists: false, cascade: true });
    assert.equal(athena.state.documents.size, 0);
    athena.fails(
      { kind: 'dropDatabase', database: 'default', ifExists: true, cascade: true },
      /Can not drop default/,
    );
  });

  test('a view is replaced where that is said, and is no table', () => {
    const athena = new Athena();
    const view = (sql: string, orReplace: boolean): DdlStatement => ({
      kind: 'createView',
      table: { table: 'v' },
      orReplace,
      sql,
      columns: [{ name: 'n', type: 'integer' }],
    });
    athena.run(view('SELECT 1 AS n', false));
    athena.fails(view('SELECT 2 AS n', false), /already exist/);
    athena.run(view('SELECT 2 AS n', true));
    assert.deepEqual(athena.run({ kind: 'showCreateView', table: { table: 'v' } }), [
      'CREATE VIEW default.v AS',
      'SELECT 2 AS n',
    ]);
    assert.deepEqual(
      athena.run({ kind: 'describe', table: { table: 'v' }, extended: false, formatted: false }),
      ['n\tinteger'],
    );
    assert.deepEqual(athena.run({ kind: 'showColumns', table: { table: 'v' } }), ['n\tinteger']);
    assert.deepEqual(athena.run({ kind: 'showViews' }), ['v']);
    athena.fails({ kind: 'dropTable', table: { table: 'v' }, ifExists: false }, /Cannot drop a view/);
    athena.run({ kind: 'dropView', table: { table: 'v' }, ifExists: false });
    assert.deepEqual(athena.run({ kind: 'showViews' }), []);
  });
});
