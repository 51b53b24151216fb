// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI, and the AWS SDK for statements that need no command of their own; the DDL of the Athena User Guide
// ("Query Amazon VPC flow logs", "Query Amazon CloudFront logs", "Query Application Load Balancer logs", "Create the table for
// CloudTrail logs in Athena using partition projection"); answers that follow from the few lines that the test itself writes;
// what AWS answers where something is missing or not allowed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const results = 's3://athena-results/cli/';
let account;
let sdk;

// Every call of the CLI is the start of a process. So statements go by the SDK, in this process, but for those that a test runs
// with options, as another user, or to see the commands.
const twoAtATime = { concurrency: 2 };

const athena = (...args) => cairn.awsOk('athena', ...args);
const refused = (...args) => cairn.awsRefused('athena', ...args);

/** Starts a statement, by the CLI where there are options; answers the id of its query. */
async function start(sql, options) {
  if (options === undefined) {
    const ResultConfiguration = { OutputLocation: results };
    const answer = await sdk.send(new StartQueryExecutionCommand({ QueryString: sql, ResultConfiguration }));
    return answer.QueryExecutionId;
  }
  const { env = {}, more = [] } = options;
  const args = ['athena', 'start-query-execution', '--query-string', sql, ...more];
  if (!more.includes('--work-group')) args.push('--result-configuration', `OutputLocation=${results}`);
  const started = await cairn.awsWith(env, ...args);
  assert.equal(started.code, 0, started.stderr);
  return JSON.parse(started.stdout).QueryExecutionId;
}

/** Runs a statement to its end; answers its execution. */
async function run(sql, options) {
  return ended(await start(sql, options));
}

function ended(QueryExecutionId) {
  return eventually(async () => {
    const { QueryExecution } = await sdk.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    assert.ok(!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State), QueryExecution.Status.State);
    return QueryExecution;
  });
}

async function succeeded(sql, options) {
  const execution = await run(sql, options);
  assert.equal(execution.Status.State, 'SUCCEEDED', `${sql}: ${execution.Status.StateChangeReason}`);
  return execution;
}

/** The rows of a statement that succeeds, those of a query without their header. */
async function rows(sql, options) {
  const { QueryExecutionId, StatementType } = await succeeded(sql, options);
  const { ResultSet } = await sdk.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return textsOf(ResultSet).slice(StatementType === 'DML' ? 1 : 0);
}

function textsOf({ Rows }) {
  return Rows.map(({ Data }) => Data.map(({ VarCharValue = null }) => VarCharValue));
}

async function fails(sql, reason, options) {
  const execution = await run(sql, options);
  assert.equal(execution.Status.State, 'FAILED', sql);
  assert.match(execution.Status.StateChangeReason, reason);
  return execution;
}

/** Puts objects, by their keys. */
async function put(objects) {
  const folder = join(cairn.dir, randomUUID());
  for (const [key, text] of Object.entries(objects)) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), key.endsWith('.gz') ? gzipSync(text) : text);
  }
  await cairn.awsOk('s3', 'cp', '--quiet', '--recursive', folder, 's3://athena-data/');
}

before(async () => {
  await cairn.start();
  const [{ Account }] = await Promise.all([
    cairn.awsOk('sts', 'get-caller-identity'),
    cairn.awsOk('s3', 'mb', 's3://athena-results'),
    cairn.awsOk('s3', 'mb', 's3://athena-data'),
  ]);
  account = Account;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = cairn.env;
  const credentials = { accessKeyId, secretAccessKey };
  sdk = new AthenaClient({ endpoint: cairn.url, region: 'us-east-1', credentials });
});
after(async () => {
  sdk?.destroy();
  await cairn.remove();
});

describe('a query', twoAtATime, () => {
  test('over the history, with nothing to set up', async () => {
    const id = await start(
      "SELECT eventname, count(*) FROM cairn_history WHERE eventname = 'CreateBucket' GROUP BY 1",
      { more: [] },
    );
    await ended(id);
    const [{ QueryExecution }, { ResultSet }] = await Promise.all([
      athena('get-query-execution', '--query-execution-id', id),
      athena('get-query-results', '--query-execution-id', id),
    ]);
    assert.equal(QueryExecution.Status.State, 'SUCCEEDED', QueryExecution.Status.StateChangeReason);
    assert.equal(textsOf(ResultSet)[1].join(), 'CreateBucket,2');
    assert.equal(ResultSet.Rows.length, 2);
  });

  test('the result and its .metadata lie in the bucket', async () => {
    const {
      QueryExecutionId: id,
      ResultConfiguration,
      StatementType,
    } = await run(`SELECT 'a"b' AS q, CAST(NULL AS varchar) AS n, '' AS e`);
    assert.equal(StatementType, 'DML');
    assert.equal(ResultConfiguration.OutputLocation, `${results}${id}.csv`);
    const [csv, metadata] = await Promise.all([
      cairn.awsOk('s3', 'cp', `${results}${id}.csv`, '-'),
      cairn.awsOk('s3', 'ls', `${results}${id}.csv.metadata`),
    ]);
    assert.equal(csv, '"q","n","e"\n"a""b",,""\n');
    assert.match(metadata, /\.csv\.metadata/);
  });

  test('again with its token: the same query; another one with it: an error', async () => {
    const token = randomUUID();
    const starting = (sql) => [
      'start-query-execution',
      '--query-string',
      sql,
      '--client-request-token',
      token,
      '--result-configuration',
      `OutputLocation=${results}`,
    ];
    const first = await athena(...starting('SELECT 1'));
    assert.deepEqual(await athena(...starting('SELECT 1')), first);
    assert.deepEqual(await refused(...starting('SELECT 2')), {
      code: 'InvalidRequestException',
      message: 'Idempotent parameters do not match',
    });
  });

  test('what AWS says where something is missing', async () => {
    const starting = (sql, ...more) => ['start-query-execution', '--query-string', sql, ...more];
    const there = ['--result-configuration', `OutputLocation=${results}`];
    const cases = [
      [starting('SELECT 1'), /^No output location provided/],
      [
        starting('SELECT 1', '--result-configuration', 'OutputLocation=s3://no-such-bucket-of-ours/'),
        /^Unable to verify\/create output bucket no-such-bucket-of-ours/,
      ],
      [
        starting('SELECT 1', '--result-configuration', 'OutputLocation=/tmp'),
        /^outputLocation is not a valid S3 path/,
      ],
      [starting('SELECT 1', '--work-group', 'nope', ...there), /^WorkGroup is not found/],
      [starting('SELECT FROM WHERE', ...there), /./],
      [starting('START TRANSACTION', ...there), /^Queries of this type are not supported/],
      [
        ['get-query-execution', '--query-execution-id', randomUUID()],
        /^QueryExecution [-0-9a-f]{36} was not found/,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, message: said } = await refused(...args);
      assert.equal(code, 'InvalidRequestException');
      assert.match(said, message);
    }
  });

  test('what AWS says of a query that fails', async () => {
    await fails(
      'SELECT *\n  FROM nope',
      /^TABLE_NOT_FOUND: line 2:8: Table 'awsdatacatalog\.default\.nope' does not exist$/,
    );
    await fails('SELECT * FROM nope.t', /^SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist$/);
    await fails('SELECT 1/0', /^DIVISION_BY_ZERO: /);
    const { Status, StatementType } = await fails(
      'DROP TABLE nope',
      /^FAILED: SemanticException \[Error 10001\]: Table not found default\.nope$/,
    );
    const { ErrorCategory, ErrorType } = Status.AthenaError;
    assert.deepEqual([StatementType, ErrorCategory, ErrorType], ['DDL', 2, 1301]);
  });

  test('lists, pages, stops', async () => {
    const configuration = `ResultConfiguration={OutputLocation=${results}}`;
    await athena('create-work-group', '--name', 'lists', '--configuration', configuration);
    const more = ['--work-group', 'lists'];
    const older = await start('SELECT 0', { more });
    const id = await start('SELECT * FROM UNNEST(sequence(1, 25)) AS t(n) ORDER BY 1', { more });
    await ended(id);
    const pages = await athena('get-query-results', '--query-execution-id', id, '--page-size', '10');
    assert.deepEqual(
      pages.ResultSet.Rows.map(({ Data }) => Data[0].VarCharValue),
      ['n', ...Array.from({ length: 25 }, (_, at) => String(at + 1))],
    );
    const { QueryExecutionIds } = await athena('list-query-executions', '--page-size', '1', ...more);
    assert.deepEqual(QueryExecutionIds, [id, older]);
    assert.equal((await cairn.aws('athena', 'stop-query-execution', '--query-execution-id', id)).code, 0);
    const batch = await athena('batch-get-query-execution', '--query-execution-ids', id, randomUUID());
    assert.equal(batch.QueryExecutions[0].Status.State, 'SUCCEEDED');
    assert.equal(batch.UnprocessedQueryExecutionIds[0].ErrorCode, 'QUERY_EXECUTION_NOT_FOUND');
    const { QueryRuntimeStatistics } = await athena(
      'get-query-runtime-statistics',
      '--query-execution-id',
      id,
    );
    assert.equal(QueryRuntimeStatistics.Rows.OutputRows, 25);
  });
});

describe('tables of the guides', twoAtATime, () => {
  test('VPC flow logs: a header line, partitions that are added', async () => {
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const line = (dst, port, packets, action) =>
      `2 ${account} eni-1 10.0.0.1 ${dst} 40000 ${port} 6 ${packets} 840 1439387263 1439387264 ${action} OK`;
    await put({
      'vpc/2026/11/20/a.log.gz': [
        header,
        line('10.0.0.9', 443, 10, 'ACCEPT'),
        line('10.0.0.8', 443, 5, 'REJECT'),
        `2 ${account} eni-1 - - - - - - - 1431280876 1431280934 - NODATA`,
        '',
      ].join('\n'),
      'vpc/2026/11/21/b.log.gz': [header, line('10.0.0.9', 443, 7, 'ACCEPT')].join('\n'),
    });
    await succeeded(`CREATE EXTERNAL TABLE IF NOT EXISTS vpc_flow_logs (
        version int, account string, interfaceid string, sourceaddress string, destinationaddress string, sourceport int,
        destinationport int, protocol int, numpackets int, numbytes bigint, starttime int, endtime int, action string, logstatus string)
      PARTITIONED BY (dt string)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY ' '
      LOCATION 's3://athena-data/vpc/'
      TBLPROPERTIES ("skip.header.line.count"="1");`);
    assert.deepEqual(await rows('SELECT count(*) FROM vpc_flow_logs'), [['0']]);
    for (const day of ['20', '21'])
      await succeeded(
        `ALTER TABLE vpc_flow_logs ADD PARTITION (dt='2026-11-${day}') location 's3://athena-data/vpc/2026/11/${day}'`,
      );
    assert.deepEqual(await rows('SHOW PARTITIONS vpc_flow_logs'), [['dt=2026-11-20'], ['dt=2026-11-21']]);
    assert.deepEqual(
      await rows(`SELECT SUM(numpackets) AS packetcount, destinationaddress FROM vpc_flow_logs WHERE destinationport = 443
        GROUP BY destinationaddress ORDER BY packetcount DESC LIMIT 10`),
      [
        ['17', '10.0.0.9'],
        ['5', '10.0.0.8'],
      ],
    );
    assert.deepEqual(
      await rows(
        "SELECT dt, interfaceid, action FROM vpc_flow_logs WHERE action = 'REJECT' AND protocol = 6",
      ),
      [['2026-11-20', 'eni-1', 'REJECT']],
    );
  });

  test('CloudFront: tabs, two lines to skip, a reserved word for a column', async () => {
    const line = (date, bytes) =>
      `${date}\t03:22:37\tHKG62-C2\t${bytes}\t192.0.2.10\tGET\td1.cloudfront.net\t/\t304\t-\tMozilla/5.0`;
    await put({
      'cloudfront/E1.gz': `#Version: 1.0\n#Fields: date time x-edge-location\n${line('2026-06-09', 675)}\n${line('2026-06-11', 25)}\n${line('2026-07-01', 1000)}\n`,
    });
    await succeeded(`CREATE EXTERNAL TABLE IF NOT EXISTS default.cloudfront_logs (
        \`date\` DATE, time STRING, location STRING, bytes BIGINT, requestip STRING, method STRING, host STRING, uri STRING,
        status INT, referrer STRING, useragent STRING, querystring STRING)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
      LOCATION 's3://athena-data/cloudfront/'
      TBLPROPERTIES ( 'skip.header.line.count'='2' )`);
    assert.deepEqual(
      await rows(
        `SELECT SUM(bytes) AS total_bytes FROM cloudfront_logs WHERE "date" BETWEEN DATE '2026-06-09' AND DATE '2026-06-11' LIMIT 100`,
      ),
      [['700']],
    );
    assert.deepEqual(await rows('SELECT "date", status, querystring FROM cloudfront_logs WHERE bytes = 25'), [
      ['2026-06-11', '304', null],
    ]);
  });

  test('load balancers: an expression', async () => {
    await put({
      'alb/a.log':
        'http 2026-11-21T10:00:00.1Z app/x 192.0.2.10:2817 "GET http://www.example.com:80/ HTTP/1.1"\nnonsense\n',
    });
    await succeeded(`CREATE EXTERNAL TABLE alb_logs (type string, time string, elb string, client_ip string, client_port int, request_verb string, request_url string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ('serialization.format' = '1',
        'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) \\"([^ ]*) (.*) (- |[^ ]*)\\"')
      LOCATION 's3://athena-data/alb/'`);
    assert.deepEqual(
      await rows(
        "SELECT client_ip, client_port, request_verb, request_url FROM alb_logs WHERE type = 'http'",
      ),
      [['192.0.2.10', '2817', 'GET', 'http://www.example.com:80/']],
    );
  });

  test('JSON lines and CSV; a bad file is told', async () => {
    await put({
      'json/year=2026/a.json':
        '{"Id":1,"tags":["a","b"],"who":{"name":"x"}}\n{"id":2,"tags":[],"who":null}\n',
      'csv/a.csv': 'id,name\n1,"a, ""b"""\n',
    });
    await succeeded(`CREATE EXTERNAL TABLE events_json (id int, tags array<string>, who struct<name:string>) PARTITIONED BY (year string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://athena-data/json/'`);
    await succeeded('MSCK REPAIR TABLE events_json');
    assert.deepEqual(await rows('SELECT * FROM events_json ORDER BY id'), [
      ['1', '[a, b]', '{name=x}', '2026'],
      ['2', '[]', null, '2026'],
    ]);
    await put({ 'json/year=2026/b.json': 'oops\n' });
    await fails(
      'SELECT count(id) FROM events_json',
      /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object .*s3:\/\/athena-data\/json\/year=2026\/b\.json/,
    );
    await succeeded("ALTER TABLE events_json SET TBLPROPERTIES ('comment' = 'json')");
    await succeeded(`CREATE EXTERNAL TABLE csv_table (id int, name string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
      WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"') LOCATION 's3://athena-data/csv/' TBLPROPERTIES ('skip.header.line.count'='1')`);
    assert.deepEqual(await rows('SELECT id + 1, name FROM csv_table'), [['2', 'a, "b"']]);
  });

  test("CloudTrail, over a trail's own files, with partition projection", async () => {
    await cairn.awsOk('s3', 'mb', 's3://athena-trail');
    await cairn.awsOk(
      's3api',
      'put-bucket-policy',
      '--bucket',
      'athena-trail',
      '--policy',
      JSON.stringify(cloudTrailBucketPolicy('athena-trail', account)),
    );
    await cairn.awsOk(
      'cloudtrail',
      'create-trail',
      '--name',
      'for-athena',
      '--s3-bucket-name',
      'athena-trail',
      '--is-multi-region-trail',
    );
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'for-athena');
    await cairn.awsOk('iam', 'create-user', '--user-name', 'told-of');
    const folder = `AWSLogs/${account}/CloudTrail/us-east-1/`;
    await succeeded(`CREATE EXTERNAL TABLE cloudtrail_logs_pp (
        eventversion STRING, useridentity STRUCT<type: STRING, arn: STRING, accountid: STRING, username: STRING>, eventtime STRING,
        eventsource STRING, eventname STRING, awsregion STRING, requestparameters STRING, responseelements STRING, readonly STRING,
        resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>)
      PARTITIONED BY (\`timestamp\` string)
      ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://athena-trail/${folder}'
      TBLPROPERTIES ('projection.enabled'='true', 'projection.timestamp.format'='yyyy/MM/dd', 'projection.timestamp.interval'='1',
        'projection.timestamp.interval.unit'='DAYS', 'projection.timestamp.range'='2020/01/01,NOW', 'projection.timestamp.type'='date',
        'storage.location.template'='s3://athena-trail/${folder}\${timestamp}')`);
    const found = await eventually(async () => {
      const all =
        await rows(`SELECT eventname, useridentity.type, json_extract_scalar(requestparameters, '$.userName'), "timestamp"
          FROM cloudtrail_logs_pp WHERE eventname = 'CreateUser'`);
      assert.equal(all.length, 1);
      return all;
    });
    assert.deepEqual(found[0].slice(0, 3), ['CreateUser', 'Root', 'told-of']);
    assert.match(found[0][3], /^\d{4}\/\d\d\/\d\d$/);
  });
});

describe('tables of the guides, when they are there', twoAtATime, () => {
  test('views', async () => {
    await succeeded(
      "CREATE VIEW accepted AS SELECT destinationaddress, numpackets FROM vpc_flow_logs WHERE action = 'ACCEPT'",
    );
    assert.deepEqual(await rows('SELECT count(*) FROM accepted'), [['2']]);
    assert.deepEqual(await rows('DESCRIBE accepted'), [
      ['destinationaddress\tvarchar'],
      ['numpackets\tinteger'],
    ]);
    await fails('CREATE VIEW broken AS SELECT nope FROM vpc_flow_logs', /nope/);
    assert.deepEqual(await rows("SHOW TABLES 'a*'"), [['accepted'], ['alb_logs']]);
    await succeeded('DROP VIEW accepted');
    await fails('SELECT * FROM accepted', /^TABLE_NOT_FOUND/);
  });

  test('are shown, described, listed, dropped', async () => {
    assert.deepEqual((await rows('DESCRIBE csv_table'))[0], [
      'id                  \tint                 \t                    ',
    ]);
    assert.equal(
      (await rows('SHOW CREATE TABLE csv_table'))[0][0],
      'CREATE EXTERNAL TABLE `default.csv_table`(',
    );
    const { TableMetadata } = await athena(
      'get-table-metadata',
      '--catalog-name',
      'AwsDataCatalog',
      '--database-name',
      'default',
      '--table-name',
      'vpc_flow_logs',
    );
    assert.deepEqual(TableMetadata.PartitionKeys, [{ Name: 'dt', Type: 'string' }]);
    const { TableMetadataList } = await athena(
      'list-table-metadata',
      '--catalog-name',
      'AwsDataCatalog',
      '--database-name',
      'default',
    );
    assert.ok(TableMetadataList.some(({ Name }) => Name === 'cairn_history'));
    await succeeded('DROP TABLE csv_table');
    await fails('SELECT * FROM csv_table', /^TABLE_NOT_FOUND/);
    for (const sql of ['CREATE TABLE x AS SELECT 1 AS a', 'INSERT INTO vpc_flow_logs VALUES (1)'])
      await fails(sql, /NOT_SUPPORTED/);
  });
});

describe('who may', () => {
  test('a user reads what his policies allow, and nothing by way of copies', async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'analyst');
    const { AccessKey } = await cairn.awsOk('iam', 'create-access-key', '--user-name', 'analyst');
    const env = {
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
    };
    const allow = (...actions) => {
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
      return cairn.awsOk(
        'iam',
        'put-user-policy',
        '--user-name',
        'analyst',
        '--policy-name',
        'p',
        '--policy-document',
        JSON.stringify({ Version: '2012-10-17', Statement }),
      );
    };
    const sql = 'SELECT count(*) FROM cloudfront_logs';
    await allow('athena:*');
    await fails(
      sql,
      /^Insufficient permissions to execute the query\. .*not authorized to perform: glue:GetTable/,
      { env },
    );
    await allow('athena:*', 'glue:*');
    await fails(sql, /^Access Denied \(Service: Amazon S3/, { env });
    await fails('SELECT count(*) FROM cairn_history', /not authorized to perform: cloudtrail:LookupEvents/, {
      env,
    });
    await allow('athena:*', 'glue:*', 's3:GetObject', 's3:ListBucket');
    await fails(sql, /^Access denied when writing output to url: s3:\/\/athena-results\/cli\//, { env });
    await allow('athena:*', 'glue:*', 's3:*');
    assert.deepEqual(await rows(sql, { env }), [['3']]);
  });
});

describe('work groups, named queries, prepared statements, catalogs, tags', twoAtATime, () => {
  test('a work group that enforces its place, its limit and its state', async () => {
    await athena(
      'create-work-group',
      '--name',
      'team',
      '--configuration',
      `ResultConfiguration={OutputLocation=${results}team/},BytesScannedCutoffPerQuery=10000000`,
      '--tags',
      'Key=a,Value=1',
    );
    const { ResultConfiguration } = await run('SELECT 1', {
      more: ['--work-group', 'team', '--result-configuration', 'OutputLocation=s3://elsewhere/'],
    });
    assert.match(ResultConfiguration.OutputLocation, /^s3:\/\/athena-results\/cli\/team\//);
    await athena('update-work-group', '--work-group', 'team', '--state', 'DISABLED');
    const { message } = await refused(
      'start-query-execution',
      '--query-string',
      'SELECT 1',
      '--work-group',
      'team',
    );
    assert.equal(message, 'WorkGroup is disabled.');
    const { WorkGroups } = await athena('list-work-groups');
    assert.deepEqual(
      WorkGroups.filter(({ Name }) => Name !== 'managed').map(({ Name, State }) => [Name, State]),
      [
        ['lists', 'ENABLED'],
        ['primary', 'ENABLED'],
        ['team', 'DISABLED'],
      ],
    );
    const arn = `arn:aws:athena:us-east-1:${account}:workgroup/team`;
    assert.deepEqual((await athena('list-tags-for-resource', '--resource-arn', arn)).Tags, [
      { Key: 'a', Value: '1' },
    ]);
    assert.match((await refused('delete-work-group', '--work-group', 'team')).message, /is not empty/);
    await athena('delete-work-group', '--work-group', 'team', '--recursive-delete-option');
  });

  test('results that stay with Athena', async () => {
    await athena(
      'create-work-group',
      '--name',
      'managed',
      '--configuration',
      'ManagedQueryResultsConfiguration={Enabled=true}',
    );
    assert.deepEqual(await rows('SELECT 7', { more: ['--work-group', 'managed'] }), [['7']]);
  });

  test('named queries', async () => {
    const { NamedQueryId } = await athena(
      'create-named-query',
      '--name',
      'n',
      '--database',
      'default',
      '--query-string',
      'SELECT 1',
    );
    await athena(
      'update-named-query',
      '--named-query-id',
      NamedQueryId,
      '--name',
      'm',
      '--query-string',
      'SELECT 2',
    );
    assert.equal(
      (await athena('get-named-query', '--named-query-id', NamedQueryId)).NamedQuery.QueryString,
      'SELECT 2',
    );
    assert.deepEqual((await athena('list-named-queries')).NamedQueryIds, [NamedQueryId]);
    await athena('delete-named-query', '--named-query-id', NamedQueryId);
    assert.equal(
      (await refused('get-named-query', '--named-query-id', NamedQueryId)).code,
      'InvalidRequestException',
    );
  });

  test('prepared statements, and parameters of a call', async () => {
    await athena(
      'create-prepared-statement',
      '--statement-name',
      'by_name',
      '--work-group',
      'primary',
      '--query-statement',
      'SELECT ? AS a, ? AS b',
    );
    assert.deepEqual(await rows("EXECUTE by_name USING 5, 'it''s, (x'"), [['5', "it's, (x"]]);
    await succeeded('PREPARE other FROM SELECT ? + 1 AS n');
    assert.deepEqual(await rows('EXECUTE other USING 41'), [['42']]);
    await succeeded('PREPARE other FROM SELECT ? + 2 AS n');
    assert.deepEqual(await rows('EXECUTE other USING 41'), [['43']]);
    await succeeded('DEALLOCATE PREPARE other');
    assert.equal(
      (await refused('get-prepared-statement', '--statement-name', 'other', '--work-group', 'primary')).code,
      'ResourceNotFoundException',
    );
    assert.deepEqual(
      await rows('SELECT ? AS a, ? AS b', { more: ['--execution-parameters', '1', "o'clock"] }),
      [['1', "o'clock"]],
    );
  });

  test('data catalogs and databases', async () => {
    await athena(
      'create-data-catalog',
      '--name',
      'mysql',
      '--type',
      'LAMBDA',
      '--parameters',
      'function=arn:aws:lambda:us-east-1:1:function:f',
    );
    const { DataCatalogsSummary } = await athena('list-data-catalogs');
    assert.deepEqual(
      DataCatalogsSummary.map(({ CatalogName }) => CatalogName),
      ['AwsDataCatalog', 'mysql'],
    );
    await fails('SELECT * FROM mysql.a.b', /NOT_SUPPORTED: the data catalog 'mysql' is registered/);
    assert.equal((await refused('list-databases', '--catalog-name', 'mysql')).code, 'MetadataException');
    await succeeded('CREATE DATABASE extra');
    const { DatabaseList } = await athena('list-databases', '--catalog-name', 'AwsDataCatalog');
    assert.deepEqual(
      DatabaseList.map(({ Name }) => Name),
      ['default', 'extra'],
    );
    const { message } = await refused(
      'get-database',
      '--catalog-name',
      'AwsDataCatalog',
      '--database-name',
      'nope',
    );
    assert.match(
      message,
      /^Database nope not found\. \(Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException/,
    );
  });

  test('what is not served says so', async () => {
    const { code } = await refused('list-capacity-reservations');
    assert.equal(code, 'NotImplemented');
  });
});
