// SPDX-License-Identifier: Apache-2.0
// Oracle: moto_server as a foreign S3 that the AWS CLI has put files into, and reads results from; the rows of those files;
// Athena User Guide, "Considerations and limitations for SQL queries", "Dynamic ID partitioning", "Get the file locations for
// source data in Amazon S3".
import assert from 'node:assert/strict';
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
import { FaultProxy, s3Error } from '../fault-proxy.mjs';
import { CairnServer, eventually } from '../harness.mjs';
import { Moto, motoSecret as secret } from '../moto.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const moto = new Moto();
const motoAws = (...args) => moto.awsOk(...args);
let proxy;
let cairn;
let sdk;
let account;

/** Puts files by their keys, by the CLI of one of the stores. */
async function put(aws, bucket, objects) {
  const folder = join(cairn.dir, `files-${Math.random().toString(36).slice(2)}`);
  for (const [key, bytes] of Object.entries(objects)) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  }
  await aws('s3', 'cp', '--quiet', '--recursive', folder, `s3://${bucket}/`);
}
const own = (...args) => cairn.awsOk(...args);

async function execution(sql, output = 's3://own-results/out/', client = sdk) {
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({ QueryString: sql, ResultConfiguration: { OutputLocation: output } }),
  );
  return eventually(async () => {
    const found = await sdk.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    assert.ok(!['QUEUED', 'RUNNING'].includes(found.QueryExecution.Status.State));
    return found.QueryExecution;
  });
}

async function succeeded(sql, output, client) {
  const found = await execution(sql, output, client);
  assert.equal(found.Status.State, 'SUCCEEDED', `${sql}: ${found.Status.StateChangeReason}`);
  return found;
}

async function rows(sql, output, client) {
  const { QueryExecutionId, StatementType, Statistics } = await succeeded(sql, output, client);
  const { ResultSet } = await sdk.send(new GetQueryResultsCommand({ QueryExecutionId }));
  const texts = ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue = null }) => VarCharValue));
  return Object.assign(StatementType === 'DML' ? texts.slice(1) : texts, {
    scanned: Statistics.DataScannedInBytes,
  });
}

async function fails(sql, reason, client) {
  const found = await execution(sql, undefined, client);
  assert.equal(found.Status.State, 'FAILED', sql);
  assert.match(found.Status.StateChangeReason, reason);
}

const jsonTable = (name, location, more = '') =>
  `CREATE EXTERNAL TABLE ${name} (id int, who string) ${more} ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION '${location}'`;

before(async () => {
  await moto.start();
  for (const name of ['foreign-data', 'foreign-results']) await motoAws('s3', 'mb', `s3://${name}`);
  proxy = new FaultProxy(moto.port);
  cairn = new CairnServer({
    CAIRN_DELIVERY_INTERVAL: '1',
    CAIRN_S3_ENDPOINT: `http://127.0.0.1:${await proxy.start()}`,
    CAIRN_S3_ACCESS_KEY_ID: 'foreign',
    CAIRN_S3_SECRET_ACCESS_KEY: secret,
  });
  await cairn.start();
  account = (await own('sts', 'get-caller-identity')).Account;
  for (const name of ['own-results', 'own-data']) await own('s3', 'mb', `s3://${name}`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = cairn.env;
  const credentials = { accessKeyId, secretAccessKey };
  sdk = new AthenaClient({ endpoint: cairn.url, region: 'us-east-1', credentials });
});
after(async () => {
  sdk?.destroy();
  await cairn?.remove();
  await proxy?.stop();
  await moto.stop();
});

describe('a table over a bucket in another store', () => {
  const files = {};
  before(async () => {
    for (const day of ['19', '20', '21'])
      files[`logs/us-east-1/2026/11/${day}/a.json.gz`] = gzipSync(
        `{"id":${day},"who":"a"}\n{"id":${day}00,"who":"b"}\n`,
      );
    await put(motoAws, 'foreign-data', files);
    await succeeded(`CREATE EXTERNAL TABLE foreign_logs (id int, who string)
      PARTITIONED BY (region string, day string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://foreign-data/logs/'
      TBLPROPERTIES ('projection.enabled'='true', 'projection.region.type'='enum', 'projection.region.values'='us-east-1,eu-west-1',
        'projection.day.type'='date', 'projection.day.format'='yyyy/MM/dd', 'projection.day.range'='2026/01/01,2026/12/31',
        'storage.location.template'='s3://foreign-data/logs/\${region}/\${day}')`);
  });

  test('answers, with the result in a bucket of either store', async () => {
    const sql = 'SELECT day, sum(id) AS total FROM foreign_logs GROUP BY day ORDER BY day';
    const expected = [
      ['2026/11/19', '1919'],
      ['2026/11/20', '2020'],
      ['2026/11/21', '2121'],
    ];
    assert.deepEqual([...(await rows(sql))], expected);
    const { ResultConfiguration } = await succeeded(sql, 's3://foreign-results/x/');
    const csv = await motoAws('s3', 'cp', ResultConfiguration.OutputLocation, '-');
    assert.equal(csv, `"day","total"\n${expected.map((row) => `"${row.join('","')}"\n`).join('')}`);
  });

  test('partitions that WHERE rules out are not asked for: the requests and DataScannedInBytes say so', async () => {
    const asked = [];
    proxy.fault = ({ method, path }) => void asked.push(`${method} ${decodeURIComponent(path)}`);
    const all = await rows('SELECT count(*) FROM foreign_logs');
    const whole = asked.splice(0);
    const one = await rows(
      "SELECT count(*) FROM foreign_logs WHERE region = 'us-east-1' AND day BETWEEN '2026/11/20' AND '2026/11/20'",
    );
    proxy.fault = () => undefined;
    assert.deepEqual([all[0], one[0]], [['6'], ['2']]);
    const sizes = Object.values(files).map(({ length }) => length);
    assert.equal(all.scanned, sizes[0] + sizes[1] + sizes[2]);
    assert.equal(one.scanned, sizes[1]);
    const read = (requests) => requests.filter((line) => line.includes('.json.gz'));
    const lists = (requests) => requests.filter((line) => line.includes('list-type=2'));
    assert.equal(read(whole).length, 3);
    assert.deepEqual(
      read(asked).map((line) => line.replace(/\?.*/, '')),
      ['GET /foreign-data/logs/us-east-1/2026/11/20/a.json.gz'],
    );
    assert.equal(lists(asked).length, 1);
    assert.match(lists(asked)[0], /prefix=logs\/us-east-1\/2026\/11\/20\//);
  });

  test('each row says where it was read', async () => {
    const found = await rows(
      `SELECT DISTINCT "$path", "$file_size" > 0 FROM foreign_logs WHERE "$path" LIKE '%/20/%'`,
    );
    assert.deepEqual([...found], [['s3://foreign-data/logs/us-east-1/2026/11/20/a.json.gz', 'true']]);
  });

  test('a bucket that is not there, to read and to write; one that lets nobody in', async () => {
    await succeeded(jsonTable('nowhere', 's3://foreign-nowhere/x/'));
    await fails('SELECT * FROM nowhere', /^HIVE_FILESYSTEM_ERROR: .*bucket does not exist.*foreign-nowhere/);
    proxy.fault = ({ path }) => (path.includes('list-type') ? s3Error(403, 'AccessDenied') : undefined);
    await fails('SELECT * FROM foreign_logs', /^Access Denied \(Service: Amazon S3; Status Code: 403/);
    proxy.fault = () => undefined;
    const lost = await execution('SELECT 1', 's3://foreign-nowhere/out/');
    assert.match(lost.Status.StateChangeReason, /Unable to verify\/create output bucket foreign-nowhere/);
  });

  test('an object that is gone between listing and reading is told, with its name', async () => {
    proxy.fault = ({ path }) => (path.includes('a.json.gz') ? s3Error(404, 'NoSuchKey') : undefined);
    await fails(
      "SELECT * FROM foreign_logs WHERE day = '2026/11/21'",
      /^HIVE_CANNOT_OPEN_SPLIT: s3:\/\/foreign-data\/logs\/us-east-1\/2026\/11\/21\/a\.json\.gz was changed or removed/,
    );
    proxy.fault = () => undefined;
    assert.deepEqual(
      [...(await rows("SELECT count(*) FROM foreign_logs WHERE day = '2026/11/21'"))],
      [['2']],
    );
  });

  test('whoever may not read there by his own policies does not, though the operator can', async () => {
    await own('iam', 'create-user', '--user-name', 'reader');
    const { AccessKey } = await own('iam', 'create-access-key', '--user-name', 'reader');
    const allow = (Statement) =>
      own(
        ...['iam', 'put-user-policy', '--user-name', 'reader', '--policy-name', 'p', '--policy-document'],
        JSON.stringify({ Version: '2012-10-17', Statement }),
      );
    const may = (Action, Resource = '*') => ({ Effect: 'Allow', Action, Resource });
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
    const credentials = { accessKeyId, secretAccessKey };
    const reader = new AthenaClient({ endpoint: cairn.url, region: 'us-east-1', credentials });
    const sql = "SELECT count(*) FROM foreign_logs WHERE region = 'us-east-1' AND day = '2026/11/21'";
    await allow([
      may(['athena:*', 'glue:*']),
      may('s3:*', ['arn:aws:s3:::own-results', 'arn:aws:s3:::own-results/*']),
    ]);
    await fails(sql, /^Access Denied .*s3:ListBucket/, reader);
    await allow([may(['athena:*', 'glue:*', 's3:ListBucket', 's3:PutObject'])]);
    await fails(sql, /^Access Denied .*s3:GetObject/, reader);
    await allow([may(['athena:*', 'glue:*', 's3:*'])]);
    assert.deepEqual([...(await rows(sql, undefined, reader))], [['2']]);
    reader.destroy();
  });
});

describe('files that are not as they should be', () => {
  test('empty ones, folder markers and hidden names hold no rows', async () => {
    await put(own, 'own-data', {
      'odd/a.json': '{"id":1,"who":"x"}\n',
      'odd/empty.json': '',
      'odd/_temp': 'x',
      'odd/.x': 'x',
    });
    await own('s3api', 'put-object', '--bucket', 'own-data', '--key', 'odd/folder/');
    await succeeded(jsonTable('odd', 's3://own-data/odd/'));
    assert.deepEqual([...(await rows('SELECT * FROM odd'))], [['1', 'x']]);
  });

  test('a gzip file that ends too early is told, with its name', async () => {
    const whole = gzipSync(
      Array.from({ length: 2_000 }, (_, id) => `{"id":${id},"who":"${Math.random()}"}\n`).join(''),
    );
    await put(own, 'own-data', { 'cut/a.json.gz': whole.subarray(0, whole.length - 100) });
    await succeeded(jsonTable('cut', 's3://own-data/cut/'));
    await fails(
      'SELECT count(*) FROM cut',
      /^HIVE_CURSOR_ERROR: s3:\/\/own-data\/cut\/a\.json\.gz is not a whole gzip file/,
    );
  });

  test("a trail's files under a KMS key are read by whom the key lets decrypt, and by nobody else", async () => {
    const root = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    };
    const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };
    const Statement = [root, { ...service, Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'] }];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const key = (await own('kms', 'create-key', '--policy', policy)).KeyMetadata.Arn;
    await own('s3', 'mb', 's3://sealed-logs');
    const bucketPolicy = JSON.stringify(cloudTrailBucketPolicy('sealed-logs', account));
    await own('s3api', 'put-bucket-policy', '--bucket', 'sealed-logs', '--policy', bucketPolicy);
    await own(
      'cloudtrail',
      'create-trail',
      '--name',
      'sealed',
      '--s3-bucket-name',
      'sealed-logs',
      '--kms-key-id',
      key,
    );
    await own('cloudtrail', 'start-logging', '--name', 'sealed');
    await own('iam', 'create-user', '--user-name', 'sealed-in');
    await succeeded(`CREATE EXTERNAL TABLE sealed (eventname STRING, requestparameters STRING)
      ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://sealed-logs/AWSLogs/${account}/CloudTrail/us-east-1/'`);
    const sql =
      "SELECT json_extract_scalar(requestparameters, '$.userName') FROM sealed WHERE eventname = 'CreateUser'";
    await eventually(async () => assert.deepEqual([...(await rows(sql))], [['sealed-in']]));
    const { AccessKey } = await own('iam', 'create-access-key', '--user-name', 'sealed-in');
    await own(
      ...['iam', 'put-user-policy', '--user-name', 'sealed-in', '--policy-name', 'p', '--policy-document'],
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['athena:*', 'glue:*', 's3:*'], Resource: '*' }],
      }),
    );
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
    const credentials = { accessKeyId, secretAccessKey };
    const outsider = new AthenaClient({ endpoint: cairn.url, region: 'us-east-1', credentials });
    await fails(sql, /^Access Denied .*kms:Decrypt/, outsider);
    outsider.destroy();
  });
});

describe('a column whose values only the query knows', () => {
  test('is read where the query says; without that, Athena says what is missing', async () => {
    await put(own, 'own-data', {
      'devices/d1/a.json': '{"id":1,"who":"x"}\n',
      'devices/d2/a.json': '{"id":2,"who":"y"}\n',
    });
    await succeeded(`CREATE EXTERNAL TABLE devices (id int, who string) PARTITIONED BY (device_id string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://own-data/devices/'
      TBLPROPERTIES ('projection.enabled'='true', 'projection.device_id.type'='injected',
        'storage.location.template'='s3://own-data/devices/\${device_id}')`);
    assert.deepEqual(
      [...(await rows("SELECT id, device_id FROM devices WHERE device_id = 'd2'"))],
      [['2', 'd2']],
    );
    await fails(
      'SELECT * FROM devices',
      /^CONSTRAINT_VIOLATION: For the injected projected partition column device_id, the WHERE clause must contain only static equality conditions, and at least one such condition must be present\.$/,
    );
  });
});
