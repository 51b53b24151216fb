// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI; the Amazon Athena User Guide's "Using EXPLAIN and EXPLAIN ANALYZE in Athena" and "Work with query
// results and recent queries" (a text file); Trino's page "EXPLAIN" for the members of the JSON. That nothing is read by EXPLAIN
// follows from a table whose only object is in no format of the table.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer();
const results = 's3://explain-results/cli/';
const athena = (...args) => cairn.awsOk('athena', ...args);

async function run(sql) {
  const { QueryExecutionId: id } = await athena(
    ...['start-query-execution', '--query-string', sql],
    ...['--result-configuration', `OutputLocation=${results}`],
  );
  return eventually(async () => {
    const { QueryExecution } = await athena('get-query-execution', '--query-execution-id', id);
    assert.ok(!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State));
    return QueryExecution;
  });
}

async function linesOf(sql) {
  const execution = await run(sql);
  assert.equal(execution.Status.State, 'SUCCEEDED', execution.Status.StateChangeReason);
  const id = execution.QueryExecutionId;
  const { ResultSet } = await athena('get-query-results', '--query-execution-id', id);
  return { execution, lines: ResultSet.Rows.map(({ Data }) => Data[0].VarCharValue) };
}

before(async () => {
  await cairn.start();
  await cairn.awsOk('s3', 'mb', 's3://explain-results');
  await cairn.awsOk('s3', 'mb', 's3://explain-data');
  writeFileSync(join(cairn.dir, 'no.parquet'), 'this is no Parquet file');
  await cairn.awsOk('s3', 'cp', '--quiet', join(cairn.dir, 'no.parquet'), 's3://explain-data/day=1/');
  const { Status } = await run(
    "CREATE EXTERNAL TABLE broken (id string, n bigint) PARTITIONED BY (day string) STORED AS PARQUET LOCATION 's3://explain-data/'",
  );
  assert.equal(Status.State, 'SUCCEEDED', Status.StateChangeReason);
  await run("ALTER TABLE broken ADD PARTITION (day = '1') LOCATION 's3://explain-data/day=1/'");
});
after(() => cairn.remove());

test('the plan of a query, in a text file', async () => {
  const { execution, lines } = await linesOf("EXPLAIN SELECT id FROM broken WHERE day = '1'");
  const { StatementType, SubstatementType, ResultConfiguration, Statistics, QueryExecutionId } = execution;
  assert.deepEqual([StatementType, SubstatementType], ['DML', 'EXPLAIN']);
  assert.equal(ResultConfiguration.OutputLocation, `${results}${QueryExecutionId}.txt`);
  assert.equal(Statistics.DataScannedInBytes, 0);
  const plan = [
    'Query Plan',
    'Output[columnNames = [id]]',
    '│   Layout: [id:varchar]',
    "└─ Filter[filterPredicate = (day = '1')]",
    '   └─ TableScan[table = awsdatacatalog:default:broken]',
    '          Layout: [id:varchar, day:varchar]',
    // A plan ends with two line ends, and Athena adds one.
    ...['', '', ''],
  ];
  assert.deepEqual(lines, plan);
  const text = await cairn.awsOk('s3', 'cp', ResultConfiguration.OutputLocation, '-');
  assert.equal(text, plan.join('\n'));
});

test('validated, over the history, and what is wrong', async () => {
  assert.deepEqual((await linesOf('EXPLAIN (TYPE VALIDATE) SELECT eventname FROM cairn_history')).lines, [
    'Valid',
    'true',
    '',
  ]);
  const { Status } = await run('EXPLAIN (TYPE VALIDATE) SELECT nope FROM cairn_history');
  assert.equal(Status.State, 'FAILED');
  assert.match(Status.StateChangeReason, /COLUMN_NOT_FOUND: line 1:32: Column 'nope' cannot be resolved/);
});

test('what a query reads, as JSON', async () => {
  const { lines } = await linesOf("EXPLAIN (TYPE IO, FORMAT JSON) SELECT id FROM broken WHERE day = '1'");
  const [table] = JSON.parse(lines.slice(1).join('\n')).inputTableColumnInfos;
  assert.deepEqual(table.table, {
    catalog: 'awsdatacatalog',
    schemaTable: { schema: 'default', table: 'broken' },
  });
  const end = { value: '1', bound: 'EXACTLY' };
  assert.deepEqual(table.columnConstraints, [
    {
      columnName: 'day',
      type: 'varchar',
      domain: { nullsAllowed: false, ranges: [{ low: end, high: end }] },
    },
  ]);
});

test('ANALYZE runs it', async () => {
  const { lines, execution } = await linesOf(
    "EXPLAIN ANALYZE SELECT eventname FROM cairn_history WHERE eventname = 'CreateBucket'",
  );
  assert.match(lines[1], /^Planning: .*, Execution: /);
  assert.match(lines[3], /^ {4}CPU: .*, Input: \d+ rows \(.*B\), Output: 2 rows$/);
  assert.ok(execution.Statistics.DataScannedInBytes > 0);
  const { Status } = await run("EXPLAIN ANALYZE SELECT id FROM broken WHERE day = '1'");
  assert.equal(Status.State, 'FAILED', 'what is no Parquet file is read');
});
