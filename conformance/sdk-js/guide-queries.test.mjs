// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB over the raw JSON of the same events, asked in its own words. The guides' queries of Athena and of
// CloudTrail Lake, through the AWS SDK: over the imported history, over a table made with the console's DDL above a
// bucket of log files, and over an event data store that imported the bucket.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as athena from '@aws-sdk/client-athena';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as iam from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { DuckDBInstance } from '@duckdb/node-api';
import { CairnServer, eventually } from '../harness.mjs';
import { athenaQueries } from '../queries/athena-queries.mjs';
import { cloudTrailTable } from '../queries/cloudtrail-table.mjs';
import { lakeQueries } from '../queries/lake-queries.mjs';
import { writeSampleEvents } from '../queries/sample-events.mjs';

const cairn = new CairnServer();
const bucket = 'sample-trail-logs';
const results = 's3://sample-query-results/athena/';
const waits = { everyMs: 50 };
let sample;
let raw;
let athenaClient;
let trailClient;
let ownAccount;

before(async () => {
  await cairn.start();
  sample = writeSampleEvents(join(cairn.dir, 'sample'), Date.now());
  const instance = await DuckDBInstance.create();
  raw = await instance.connect();
  await raw.run("SET TimeZone = 'UTC'");
  await raw.run(`CREATE TABLE raw AS SELECT json AS r FROM read_ndjson_objects('${sample.lines}')`);
  const config = {
    endpoint: cairn.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: cairn.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: cairn.env.AWS_SECRET_ACCESS_KEY,
    },
  };
  athenaClient = new athena.AthenaClient(config);
  trailClient = new cloudtrail.CloudTrailClient(config);
  const objects = new s3.S3Client({ ...config, forcePathStyle: true });
  for (const Bucket of [bucket, 'sample-query-results'])
    await objects.send(new s3.CreateBucketCommand({ Bucket }));
  for (const key of sample.files) {
    const Body = readFileSync(join(sample.bucketFolder, key));
    await objects.send(new s3.PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
  ownAccount = (await new sts.STSClient(config).send(new sts.GetCallerIdentityCommand({}))).Account;
  await makeImportRole(new iam.IAMClient(config));
});
after(() => cairn.remove());

const roleName = 'lake-import';
/** The longest: some of the recorded events are years old. */
const retentionDays = 3_653;

async function makeImportRole(client) {
  const statement = (rest) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
  await client.send(
    new iam.CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: statement({
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await client.send(
    new iam.PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: 'read',
      PolicyDocument: statement({
        Action: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketAcl'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      }),
    }),
  );
}

/** Rows as texts, NULL as null; in an order of their own where the query gives none. */
function comparable(rows, ordered = false) {
  const texts = rows.map((row) => JSON.stringify(row));
  return ordered ? texts : texts.sort();
}

async function expected({ raw: sql, ordered }) {
  const answer = await raw.runAndReadAll(sql);
  const rows = answer.getRowsJson().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  assert.ok(rows.length > 0, 'a question without an answer proves nothing');
  return comparable(rows, ordered);
}

/** What is said of a query once it has ended, well or not. */
function ended(ask, member) {
  return eventually(async () => {
    const said = await ask();
    assert.ok(!['QUEUED', 'RUNNING'].includes(said[member]), said[member]);
    return said;
  }, waits);
}

async function runAthena(sql) {
  const { QueryExecutionId } = await athenaClient.send(
    new athena.StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: 'default' },
      ResultConfiguration: { OutputLocation: results },
    }),
  );
  const { State, StateChangeReason } = await ended(async () => {
    const { QueryExecution } = await athenaClient.send(
      new athena.GetQueryExecutionCommand({ QueryExecutionId }),
    );
    return QueryExecution.Status;
  }, 'State');
  assert.equal(State, 'SUCCEEDED', `${StateChangeReason}: ${sql}`);
  const rows = [];
  for await (const page of athena.paginateGetQueryResults({ client: athenaClient }, { QueryExecutionId }))
    rows.push(...page.ResultSet.Rows);
  return rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
}

async function runLake(sql) {
  const { QueryId } = await trailClient.send(new cloudtrail.StartQueryCommand({ QueryStatement: sql }));
  const { QueryStatus, ErrorMessage } = await ended(
    () => trailClient.send(new cloudtrail.DescribeQueryCommand({ QueryId })),
    'QueryStatus',
  );
  assert.equal(QueryStatus, 'FINISHED', `${ErrorMessage}: ${sql}`);
  const rows = [];
  for (let NextToken; ; ) {
    const page = await trailClient.send(new cloudtrail.GetQueryResultsCommand({ QueryId, NextToken }));
    rows.push(...page.QueryResultRows);
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  // A map of texts has no NULL: it comes as the empty text.
  return rows.map((row) => row.map((cell) => Object.values(cell)[0] || null));
}

describe('Athena', () => {
  before(async () => {
    const { code, stderr } = await cairn.cairn('import', sample.bucketFolder);
    assert.equal(code, 0, stderr);
    await runAthena(
      cloudTrailTable('cloudtrail_logs', `s3://${bucket}/AWSLogs/${sample.account}/CloudTrail/`),
    );
  });

  // The calls of this test are in the history too: the questions are asked of the sample's events alone.
  const tables = [
    [
      'the history',
      (sql) =>
        sql.replaceAll(
          /\bT\b/g,
          `(SELECT * FROM "default"."cairn_history" WHERE coalesce(useridentity.accountid, '') <> '${ownAccount}')`,
        ),
    ],
    ['a table over the bucket', (sql) => sql.replaceAll(/\bT\b/g, '"default"."cloudtrail_logs"')],
  ];
  for (const [name, over] of tables) {
    describe(name, () => {
      for (const query of athenaQueries) {
        test(query.name, async () => {
          const [, ...rows] = await runAthena(over(query.sql));
          assert.deepEqual(comparable(rows, query.ordered), await expected(query));
        });
      }
    });
  }
});

describe('CloudTrail Lake', () => {
  let store;

  before(async () => {
    const made = await trailClient.send(
      new cloudtrail.CreateEventDataStoreCommand({
        Name: 'sample',
        StartIngestion: false,
        RetentionPeriod: retentionDays,
      }),
    );
    store = made.EventDataStoreArn.split('/').at(-1);
    const { ImportId } = await trailClient.send(
      new cloudtrail.StartImportCommand({
        Destinations: [made.EventDataStoreArn],
        ImportSource: {
          S3: {
            S3LocationUri: `s3://${bucket}/AWSLogs/${sample.account}/CloudTrail/`,
            S3BucketRegion: 'us-east-1',
            S3BucketAccessRoleArn: `arn:aws:iam::${ownAccount}:role/${roleName}`,
          },
        },
      }),
    );
    await eventually(async () => {
      const { ImportStatus, ImportStatistics } = await trailClient.send(
        new cloudtrail.GetImportCommand({ ImportId }),
      );
      assert.equal(ImportStatus, 'COMPLETED');
      assert.equal(Number(ImportStatistics.EventsCompleted), sample.count);
    }, waits);
  });

  for (const query of lakeQueries) {
    test(query.name, async () => {
      const rows = await runLake(query.sql.replaceAll(/\bT\b/g, store));
      assert.deepEqual(comparable(rows, query.ordered), await expected(query));
    });
  }
});
