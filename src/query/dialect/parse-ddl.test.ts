// SPDX-License-Identifier: Apache-2.0
// Oracle: the statements of the Amazon Athena User Guide ("Query AWS CloudTrail logs", "Create a table for Amazon VPC flow logs
// and query it", "Create a table for CloudFront standard logs", "DDL statements") and what the guide says of their parts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { QueryError } from '../query-error.js';
import type { CreateTableStatement, DdlStatement } from './ddl-statement.js';
import { readStatement } from './dialect.js';
import { hiveToTrinoType } from './hive-type.js';

function ddlOf(sql: string): DdlStatement {
  const { kind, ddl } = readStatement(sql, 'athena');
  assert.equal(kind, 'ddl');
  assert.ok(ddl);
  return ddl;
}

function tableOf(sql: string): CreateTableStatement {
  const ddl = ddlOf(sql);
  assert.equal(ddl.kind, 'createTable');
  return ddl as CreateTableStatement;
}

const CLOUDTRAIL_COLUMNS = `
    eventversion STRING,
    useridentity STRUCT<
               type:STRING,
               principalid:STRING,
               arn:STRING,
               sessioncontext:STRUCT<
                 attributes:STRUCT<
                   mfaauthenticated:STRING,
                   creationdate:STRING>,
                 webidfederationdata: STRUCT<
                   federatedprovider: STRING,
                   attributes: map<string,string>>>>,
    eventtime STRING,
    resources ARRAY<STRUCT<
               arn:STRING,
               accountid:STRING,
               type:STRING>>,
    readonly STRING, -- a comment
    tlsdetails STRUCT<tlsversion:string, ciphersuite:string>`;

const USER_IDENTITY =
  'struct<type:string,principalid:string,arn:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>';

describe('CREATE EXTERNAL TABLE', () => {
  test("the CloudTrail console's table", () => {
    const table = tableOf(`CREATE EXTERNAL TABLE cloudtrail_logs (${CLOUDTRAIL_COLUMNS})
      COMMENT 'CloudTrail table for amzn-s3-demo-bucket'
      ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/'
      TBLPROPERTIES ('classification'='cloudtrail');`);
    assert.deepEqual(table, {
      kind: 'createTable',
      table: { table: 'cloudtrail_logs' },
      ifNotExists: false,
      columns: [
        { name: 'eventversion', type: 'string' },
        { name: 'useridentity', type: USER_IDENTITY },
        { name: 'eventtime', type: 'string' },
        { name: 'resources', type: 'array<struct<arn:string,accountid:string,type:string>>' },
        { name: 'readonly', type: 'string' },
        { name: 'tlsdetails', type: 'struct<tlsversion:string,ciphersuite:string>' },
      ],
      comment: 'CloudTrail table for amzn-s3-demo-bucket',
      partitionedBy: [],
      serde: 'org.apache.hive.hcatalog.data.JsonSerDe',
      serdeProperties: {},
      inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      location: 's3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/',
      properties: { classification: 'cloudtrail' },
    });
  });

  test('partition projection, with a partition column in backquotes', () => {
    const table = tableOf(`CREATE EXTERNAL TABLE \`default.cloudtrail_logs_pp\`(${CLOUDTRAIL_COLUMNS})
      PARTITIONED BY (\`timestamp\` string)
      ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://amzn-s3-demo-bucket/AWSLogs/account-id/CloudTrail/aws-region'
      TBLPROPERTIES (
        'projection.enabled'='true',
        'projection.timestamp.format'='yyyy/MM/dd',
        'projection.timestamp.range'='2020/01/01,NOW',
        'storage.location.template'='s3://amzn-s3-demo-bucket/AWSLogs/account-id/CloudTrail/aws-region/\${timestamp}')`);
    assert.deepEqual(table.table, { schema: 'default', table: 'cloudtrail_logs_pp' });
    assert.deepEqual(table.partitionedBy, [{ name: 'timestamp', type: 'string' }]);
    assert.equal(table.properties['projection.timestamp.range'], '2020/01/01,NOW');
    assert.ok(table.properties['storage.location.template']?.endsWith(`/$\{timestamp}`));
  });

  test('VPC flow logs as text', () => {
    const table = tableOf(`CREATE EXTERNAL TABLE IF NOT EXISTS \`vpc_flow_logs\` (
      version int,
      account_id string,
      packets bigint,
      \`start\` bigint,
      \`end\` bigint,
      flow_direction string
    )
    PARTITIONED BY (\`date\` date)
    ROW FORMAT DELIMITED
    FIELDS TERMINATED BY ' '
    LOCATION 's3://amzn-s3-demo-bucket/prefix/AWSLogs/{account_id}/vpcflowlogs/{region_code}/'
    TBLPROPERTIES ("skip.header.line.count"="1");`);
    assert.equal(table.ifNotExists, true);
    assert.deepEqual(
      table.columns.map(({ name }) => name),
      ['version', 'account_id', 'packets', 'start', 'end', 'flow_direction'],
    );
    assert.deepEqual(table.partitionedBy, [{ name: 'date', type: 'date' }]);
    assert.equal(table.fieldsTerminatedBy, ' ');
    assert.deepEqual(table.properties, { 'skip.header.line.count': '1' });
  });

  test('VPC flow logs in Parquet', () => {
    const table =
      tableOf(`CREATE EXTERNAL TABLE IF NOT EXISTS vpc_flow_logs_parquet (version int, protocol bigint)
      PARTITIONED BY (\`aws-account-id\` string, \`aws-service\` string, year string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
      STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
      LOCATION 's3://amzn-s3-demo-bucket/prefix/AWSLogs/' TBLPROPERTIES ('EXTERNAL'='true', 'skip.header.line.count'='1')`);
    assert.deepEqual(
      table.partitionedBy.map(({ name }) => name),
      ['aws-account-id', 'aws-service', 'year'],
    );
    assert.equal(table.inputFormat, 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat');
  });

  test('CloudFront standard logs', () => {
    const table = tableOf(`CREATE EXTERNAL TABLE IF NOT EXISTS cloudfront_standard_logs (
      \`date\` DATE, time STRING, sc_bytes BIGINT, time_taken FLOAT, c_port INT, ssl_protocol STRING)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
      LOCATION 's3://amzn-s3-demo-bucket/'
      TBLPROPERTIES ( 'skip.header.line.count'='2' )`);
    assert.equal(table.fieldsTerminatedBy, '\t');
    assert.deepEqual(table.columns[3], { name: 'time_taken', type: 'float' });
  });

  test('a regular expression keeps its backslashes as Hive reads them', () => {
    const table = tableOf(`CREATE EXTERNAL TABLE \`cf\`(\`date\` date COMMENT 'day', uri string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ("input.regex" = "^(?!#)([^ \\\\t]+)\\\\s+([^ ]+)$")
      STORED AS TEXTFILE LOCATION 's3://b/'`);
    assert.equal(table.serdeProperties['input.regex'], '^(?!#)([^ \\t]+)\\s+([^ ]+)$');
    assert.equal(table.columns[0]?.comment, 'day');
    assert.equal(table.storedAs, 'TEXTFILE');
  });

  for (const [sql, code, message] of [
    ['CREATE EXTERNAL TABLE t (a int)', 'SYNTAX_ERROR', 'LOCATION'],
    ["CREATE EXTERNAL TABLE t (a nothing) LOCATION 's3://b/'", 'SYNTAX_ERROR', 'Unknown column type'],
    ["CREATE EXTERNAL TABLE t (a int, A string) LOCATION 's3://b/'", 'SYNTAX_ERROR', 'Duplicate column'],
    ["CREATE EXTERNAL TABLE t (a struct<b:int) LOCATION 's3://b/'", 'SYNTAX_ERROR', ''],
    [
      "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/' DROP TABLE t",
      'SYNTAX_ERROR',
      "mismatched input 'DROP'",
    ],
    ['CREATE TABLE t AS SELECT 1', 'NOT_SUPPORTED', 'CREATE TABLE AS'],
    ['CREATE FUNCTION f() RETURNS int', 'NOT_SUPPORTED', 'FUNCTION'],
    ['ALTER DATABASE d SET x', 'SYNTAX_ERROR', 'DBPROPERTIES'],
  ] as const) {
    test(`refused: ${sql}`, () => {
      assert.throws(
        () => readStatement(sql, 'athena'),
        (error: unknown) =>
          error instanceof QueryError && error.code === code && error.message.includes(message),
      );
    });
  }
});

describe('other statements', () => {
  const table = { table: 't' };
  const qualified = { schema: 'd', table: 't' };
  const cases: readonly (readonly [sql: string, statement: DdlStatement])[] = [
    [
      "ALTER TABLE t ADD IF NOT EXISTS PARTITION (region='us-east-1', year='2019', month='02', day='01') LOCATION 's3://b/2019/02/01/' PARTITION (region='us-east-1', year='2019') LOCATION 's3://b/2019/'",
      {
        kind: 'addPartitions',
        table,
        ifNotExists: true,
        partitions: [
          {
            values: { region: 'us-east-1', year: '2019', month: '02', day: '01' },
            location: 's3://b/2019/02/01/',
          },
          { values: { region: 'us-east-1', year: '2019' }, location: 's3://b/2019/' },
        ],
      },
    ],
    [
      "ALTER TABLE d.t ADD PARTITION (`date`='2020-01-01')",
      {
        kind: 'addPartitions',
        table: qualified,
        ifNotExists: false,
        partitions: [{ values: { date: '2020-01-01' } }],
      },
    ],
    [
      "ALTER TABLE t DROP IF EXISTS PARTITION (dt = '2014-05-14'), PARTITION (n = 5)",
      {
        kind: 'dropPartitions',
        table,
        ifExists: true,
        partitions: [{ values: { dt: '2014-05-14' } }, { values: { n: '5' } }],
      },
    ],
    [
      "ALTER TABLE t SET TBLPROPERTIES ('a'='b')",
      { kind: 'setTableProperties', table, properties: { a: 'b' } },
    ],
    ["ALTER TABLE t SET LOCATION 's3://b/'", { kind: 'setTableLocation', table, location: 's3://b/' }],
    [
      'ALTER TABLE t ADD COLUMNS (a int, b array<string>)',
      {
        kind: 'addColumns',
        table,
        columns: [
          { name: 'a', type: 'int' },
          { name: 'b', type: 'array<string>' },
        ],
      },
    ],
    [
      "ALTER TABLE t PARTITION (dt = '1') REPLACE COLUMNS (a int)",
      {
        kind: 'replaceColumns',
        table,
        partition: { values: { dt: '1' } },
        columns: [{ name: 'a', type: 'int' }],
      },
    ],
    [
      "ALTER TABLE t CHANGE COLUMN A b varchar(9) COMMENT 'c' AFTER `d`",
      {
        kind: 'changeColumn',
        table,
        from: 'a',
        column: { name: 'b', type: 'varchar(9)', comment: 'c' },
        place: { after: 'd' },
      },
    ],
    [
      'alter table t change a a bigint first',
      { kind: 'changeColumn', table, from: 'a', column: { name: 'a', type: 'bigint' }, place: 'first' },
    ],
    [
      "ALTER TABLE d.t PARTITION (y='1', m=2) RENAME TO PARTITION (y='1', m=3);",
      {
        kind: 'renamePartition',
        table: qualified,
        partition: { values: { y: '1', m: '2' } },
        to: { values: { y: '1', m: '3' } },
      },
    ],
    [
      "ALTER TABLE t PARTITION (dt = '1') SET LOCATION 's3://b/1/'",
      {
        kind: 'setPartitionLocation',
        table,
        partition: { values: { dt: '1' } },
        location: 's3://b/1/',
      },
    ],
    [
      "ALTER DATABASE d SET DBPROPERTIES ('k'='v')",
      { kind: 'setDatabaseProperties', database: 'd', properties: { k: 'v' } },
    ],
    ['DROP TABLE t PURGE', { kind: 'dropTable', table, ifExists: false }],
    ['MSCK REPAIR TABLE t;', { kind: 'repairTable', table }],
    ['DROP TABLE IF EXISTS `d`.`t`', { kind: 'dropTable', table: qualified, ifExists: true }],
    ['DROP VIEW v', { kind: 'dropView', table: { table: 'v' }, ifExists: false }],
    [
      'CREATE OR REPLACE VIEW d.t AS SELECT "a" AS b FROM "x";',
      { kind: 'createView', table: qualified, orReplace: true, sql: 'SELECT "a" AS b FROM "x"' },
    ],
    [
      "CREATE DATABASE IF NOT EXISTS d COMMENT 'c' LOCATION 's3://b/' WITH DBPROPERTIES ('k'='v')",
      {
        kind: 'createDatabase',
        database: 'd',
        ifNotExists: true,
        comment: 'c',
        location: 's3://b/',
        properties: { k: 'v' },
      },
    ],
    ['DROP SCHEMA d CASCADE', { kind: 'dropDatabase', database: 'd', ifExists: false, cascade: true }],
    ["SHOW DATABASES LIKE '.*analytics'", { kind: 'showDatabases', pattern: '.*analytics' }],
    ["SHOW TABLES IN d '*logs*'", { kind: 'showTables', database: 'd', pattern: '*logs*' }],
    ['SHOW VIEWS', { kind: 'showViews' }],
    ['SHOW COLUMNS FROM t IN d', { kind: 'showColumns', table: qualified }],
    ['SHOW COLUMNS IN d.t', { kind: 'showColumns', table: qualified }],
    ['SHOW PARTITIONS t', { kind: 'showPartitions', table }],
    ['SHOW CREATE TABLE d.t', { kind: 'showCreateTable', table: qualified }],
    ['SHOW CREATE VIEW "d"."t"', { kind: 'showCreateView', table: qualified }],
    ["SHOW TBLPROPERTIES t('a')", { kind: 'showTableProperties', table, property: 'a' }],
    ['DESCRIBE FORMATTED d.t', { kind: 'describe', table: qualified, extended: false, formatted: true }],
    [
      "DESCRIBE d.t PARTITION (part_col = 100) columnA.'$elem$'.x;",
      {
        kind: 'describe',
        table: qualified,
        extended: false,
        formatted: false,
        partition: { values: { part_col: '100' } },
        column: ['columna', '$elem$', 'x'],
      },
    ],
    ['-- what is it\nDESC EXTENDED t', { kind: 'describe', table, extended: true, formatted: false }],
  ];
  for (const [sql, statement] of cases) test(sql, () => assert.deepEqual(ddlOf(sql), statement));

  test("a view's query is read when the view is made", () => {
    assert.throws(() => readStatement('CREATE VIEW v AS SELECT FROM', 'athena'), { code: 'SYNTAX_ERROR' });
    assert.throws(() => readStatement('CREATE VIEW v AS SELECT 1; DROP TABLE t', 'athena'), QueryError);
    assert.throws(() => readStatement('CREATE VIEW v AS SELECT ?', 'athena'), QueryError);
  });
});

describe("Hive's types", () => {
  for (const [hive, trino] of [
    ['string', 'varchar'],
    ['int', 'integer'],
    ['float', 'real'],
    ['decimal(10,2)', 'decimal(10,2)'],
    ['timestamp', 'timestamp(3)'],
    ['map<string,array<int>>', 'map(varchar, array(integer))'],
    ['struct<type:string,`a b`:struct<c:bigint>>', 'row(type varchar, "a b" row(c bigint))'],
  ] as const) {
    test(hive, () => assert.equal(hiveToTrinoType(hive), trino));
  }

  for (const hive of [
    '',
    'row(a int)',
    'struct<>',
    'struct<a>',
    'map<string>',
    'array<string',
    'int>',
    `${'array<'.repeat(10_000)}int${'>'.repeat(10_000)}`,
  ]) {
    test(`none: ${hive.slice(0, 20)}`, () =>
      assert.throws(() => hiveToTrinoType(hive), { code: 'SYNTAX_ERROR' }));
  }
});

test('soups of words are read or refused, and never anything else', () => {
  const seed = seedOfRun();
  console.log(`seed ${seed}`);
  const words =
    "CREATE EXTERNAL TABLE t ( a int ) PARTITIONED BY LOCATION 's3://b/' STORED AS ALTER ADD PARTITION = , SHOW VIEW SELECT 1 struct < > : \" ` DESCRIBE DROP IF EXISTS ; MSCK REPAIR \\ TBLPROPERTIES".split(
      ' ',
    );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 20 }), (soup) => {
      try {
        readStatement(`CREATE ${soup.join(' ')}`, 'athena');
      } catch (error) {
        assert.ok(error instanceof QueryError, String(error));
      }
    }),
    { numRuns: 1000, seed },
  );
});
