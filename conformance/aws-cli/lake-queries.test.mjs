// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference (StartQuery, DescribeQuery, GetQueryResults, ListQueries, CancelQuery), read by the real AWS
// CLI; the events that LookupEvents gives for the same calls; for delivered results the steps of the User Guide's "Custom
// implementations of CloudTrail query result file integrity validation", done with `openssl` and the keys of ListPublicKeys.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually, refusalOf, run } from '../harness.mjs';

const cairn = new CairnServer();
let accountId;
let arn;
let id;

const lake = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;
const path = (name) => join(cairn.dir, name);

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  arn = (await lake('create-event-data-store', '--name', 'queries')).EventDataStoreArn;
  id = arn.split('/')[1];
  for (const name of ['anna', 'berta', 'clara']) await cairn.awsOk('iam', 'create-user', '--user-name', name);
});
after(() => cairn.remove());

async function ended(queryId, ...args) {
  return eventually(async () => {
    const query = await lake('describe-query', '--query-id', queryId, ...args);
    assert.ok(!['QUEUED', 'RUNNING'].includes(query.QueryStatus), query.QueryStatus);
    return query;
  });
}

async function ask(statement, ...args) {
  const { QueryId } = await lake('start-query', '--query-statement', statement, ...args);
  const query = await ended(QueryId);
  assert.equal(query.QueryStatus, 'FINISHED', query.ErrorMessage);
  return query;
}

const resultsOf = ({ QueryId }, ...args) => lake('get-query-results', '--query-id', QueryId, ...args);
/** Rows by the names of their columns, in lower case: Lake's names are the same in any. */
const toObjects = ({ QueryResultRows }) =>
  QueryResultRows.map((cells) =>
    Object.fromEntries(cells.flatMap(Object.entries).map(([name, value]) => [name.toLowerCase(), value])),
  );

describe('a query of an event data store', () => {
  test('sees the call before it', async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'dora');
    const query = await ask(
      `SELECT eventID, eventName, element_at(requestParameters, 'userName') AS name FROM ${id}
       WHERE eventSource = 'iam.amazonaws.com' AND eventName = 'CreateUser' ORDER BY name`,
    );
    const rows = toObjects(await resultsOf(query));
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['anna', 'berta', 'clara', 'dora'],
    );
    const lookup = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=CreateUser'];
    const events = await eventually(async () => {
      const { Events } = await lake('lookup-events', ...lookup);
      assert.equal(Events.length, 4);
      return Events;
    });
    assert.deepEqual(rows.map(({ eventid }) => eventid).sort(), events.map(({ EventId }) => EventId).sort());
    const { EventsMatched, EventsScanned, BytesScanned, ExecutionTimeInMillis } = query.QueryStatistics;
    assert.equal(EventsMatched, 4);
    assert.ok(EventsScanned >= 4 && BytesScanned > 0 && ExecutionTimeInMillis >= 0);
    assert.equal(query.QueryString.startsWith('SELECT eventID'), true);
  });

  test('gives its rows page by page', async () => {
    const query = await ask(`SELECT element_at(requestParameters, 'userName') AS name FROM ${id}
      WHERE eventName = 'CreateUser' ORDER BY name`);
    const first = await resultsOf(query, '--max-query-results', '3');
    assert.equal(first.QueryStatus, 'FINISHED');
    assert.deepEqual(first.QueryResultRows, [[{ name: 'anna' }], [{ name: 'berta' }], [{ name: 'clara' }]]);
    const { ResultsCount, TotalResultsCount } = first.QueryStatistics;
    assert.deepEqual([ResultsCount, TotalResultsCount], [3, 4]);
    const second = await resultsOf(query, '--next-token', first.NextToken);
    assert.deepEqual(second.QueryResultRows, [[{ name: 'dora' }]]);
    assert.equal(second.NextToken, undefined);
  });

  test('is listed, newest first', async () => {
    const { Queries } = await lake('list-queries', '--event-data-store', arn, '--query-status', 'FINISHED');
    assert.equal(Queries.length, 2);
    assert.ok(Queries[0].CreationTime >= Queries[1].CreationTime);
    const none = ['--end-time', '2020-01-01'];
    assert.deepEqual((await lake('list-queries', '--event-data-store', id, ...none)).Queries, []);
  });

  test('is refused where it could not run', async () => {
    const start = (statement) => refusal('start-query', '--query-statement', statement);
    assert.equal(await start(`SELEC * FROM ${id}`), 'InvalidQueryStatementException');
    assert.equal(await start(`DROP TABLE ${id}`), 'InvalidQueryStatementException');
    assert.equal(await start(`SELECT * FROM ${id}; SELECT 1`), 'InvalidQueryStatementException');
    assert.equal(
      await start('SELECT * FROM 00000000-1111-4222-8333-444444444444'),
      'EventDataStoreNotFoundException',
    );
    assert.equal(
      await refusal('get-query-results', '--query-id', '00000000-1111-4222-8333-444444444444'),
      'QueryIdNotFoundException',
    );
  });

  test('that fails says why', async () => {
    const { QueryId } = await lake('start-query', '--query-statement', `SELECT noSuchColumn FROM ${id}`);
    const query = await ended(QueryId);
    assert.equal(query.QueryStatus, 'FAILED');
    assert.match(query.ErrorMessage, /nosuchcolumn/i);
  });

  test('can be cancelled, once', async () => {
    const endless = `SELECT count(*) FROM ${id} a, ${id} b, ${id} c, ${id} d, ${id} e, ${id} f WHERE a.eventID > b.eventID`;
    const { QueryId } = await lake('start-query', '--query-statement', endless);
    const { code, stdout } = await cairn.aws('cloudtrail', 'cancel-query', '--query-id', QueryId);
    if (code === 0) assert.deepEqual(JSON.parse(stdout), { QueryId, QueryStatus: 'CANCELLED' });
    assert.equal(await refusal('cancel-query', '--query-id', QueryId), 'InactiveQueryException');
  });
});

describe('results in a bucket', () => {
  const bucket = 'lake-query-results';

  before(async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  });

  async function letIn() {
    const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
    const Condition = {
      StringLike: {
        'aws:sourceAccount': accountId,
        'aws:sourceArn': `arn:aws:cloudtrail:us-east-1:${accountId}:eventdatastore/*`,
      },
    };
    const Statement = [
      {
        ...service,
        Sid: 'AWSCloudTrailLake1',
        Action: ['s3:PutObject*', 's3:Abort*'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition,
      },
      {
        ...service,
        Sid: 'AWSCloudTrailLake2',
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition,
      },
    ];
    writeFileSync(path('policy.json'), JSON.stringify({ Version: '2012-10-17', Statement }));
    await cairn.awsOk(
      's3api',
      'put-bucket-policy',
      '--bucket',
      bucket,
      '--policy',
      `file://${path('policy.json')}`,
    );
  }

  const statement = () =>
    `SELECT eventID, eventName FROM ${id} WHERE eventName = 'CreateUser' ORDER BY eventTime`;

  test('need a bucket that lets CloudTrail in', async () => {
    const to = (uri) => refusal('start-query', '--query-statement', statement(), '--delivery-s3-uri', uri);
    assert.equal(await to('s3://no-such-bucket-here'), 'S3BucketDoesNotExistException');
    assert.equal(await to(`s3://${bucket}`), 'InsufficientS3BucketPolicyException');
  });

  test('are those of the query, and verify by the guide’s procedure', async () => {
    await letIn();
    const uri = `s3://${bucket}/saved`;
    const query = await ask(statement(), '--delivery-s3-uri', uri);
    assert.deepEqual([query.DeliveryS3Uri, query.DeliveryStatus], [uri, 'SUCCESS']);
    const { Contents } = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket);
    const folder = new RegExp(
      `^saved/AWSLogs/${accountId}/CloudTrail-Lake/Query/\\d{4}/\\d{2}/\\d{2}/${query.QueryId}/`,
    );
    const names = Contents.map(({ Key }) => Key.replace(folder, '')).sort();
    assert.deepEqual(names, ['result_1.csv.gz', 'result_sign.json']);
    const below = Contents[0].Key.slice(0, Contents[0].Key.lastIndexOf('/'));
    await cairn.awsOk('s3', 'cp', '--quiet', '--recursive', `s3://${bucket}/${below}`, cairn.dir);

    const csv = gunzipSync(readFileSync(path('result_1.csv.gz'))).toString();
    const rows = toObjects(await resultsOf(query));
    const [header, ...lines] = csv.trimEnd().split('\n');
    assert.equal(header.toLowerCase(), 'eventid,eventname');
    assert.deepEqual(
      lines,
      rows.map(({ eventid, eventname }) => `${eventid},${eventname}`),
    );
    assert.equal(lines.length, 4);
    assert.equal(await verdict(), 'Verified OK');
    writeFileSync(path('result_1.csv.gz'), 'forged');
    assert.equal(await verdict(), 'result_1.csv.gz was changed');
  });

  test('are not brought where the policy was taken back meanwhile', async () => {
    const { QueryId } = await lake(
      ...['start-query', '--query-statement', statement(), '--delivery-s3-uri', `s3://${bucket}/saved`],
    );
    await cairn.awsOk('s3api', 'delete-bucket-policy', '--bucket', bucket);
    const query = await ended(QueryId);
    // Which of the two came first is nobody's promise.
    assert.ok(['SUCCESS', 'ACCESS_DENIED'].includes(query.DeliveryStatus), query.DeliveryStatus);
    assert.equal(query.QueryStatus, 'FINISHED');
  });
});

describe('another account', () => {
  const stranger = '210987654321';
  const actions = ['cloudtrail:StartQuery', 'cloudtrail:GetQueryResults', 'cloudtrail:DescribeQuery'];
  let key;

  before(async () => {
    const made = await cairn.cairn(
      ...['account', 'create', '--name', 'second', '--email', 'second@example.com', '--account-id', stranger],
    );
    assert.equal(made.code, 0, made.stderr);
    key = JSON.parse(made.stdout);
  });

  const as = (...args) =>
    cairn.awsWith(
      {
        AWS_ACCESS_KEY_ID: key.accessKeyId ?? key.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey ?? key.SecretAccessKey,
      },
      ...['cloudtrail', ...args, '--event-data-store-owner-account-id', accountId],
    );
  const start = () => ['start-query', '--query-statement', `SELECT count(*) AS calls FROM ${id}`];

  test('queries a store whose policy lets it, and no other way', async () => {
    const refused = refusalOf(await as(...start()), start());
    assert.equal(refused.code, 'AccessDeniedException');
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${stranger}:root` },
      Action: actions,
      Resource: arn,
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await lake('put-resource-policy', '--resource-arn', arn, '--resource-policy', policy);
    const started = await as(...start());
    assert.equal(started.code, 0, started.stderr);
    const { QueryId, EventDataStoreOwnerAccountId } = JSON.parse(started.stdout);
    assert.equal(EventDataStoreOwnerAccountId, accountId);
    const rows = await eventually(async () => {
      const { QueryStatus, QueryResultRows } = JSON.parse(
        (await as('get-query-results', '--query-id', QueryId)).stdout,
      );
      assert.equal(QueryStatus, 'FINISHED');
      return QueryResultRows;
    });
    assert.ok(Number(rows[0][0].calls) > 4);
    const cancel = ['cancel-query', '--query-id', QueryId];
    assert.equal(refusalOf(await as(...cancel), cancel).code, 'AccessDeniedException');
  });
});

/** The guide's steps on the files in the folder. */
async function verdict() {
  const sign = JSON.parse(readFileSync(path('result_sign.json'), 'utf8'));
  for (const { fileName, fileHashValue } of sign.files) {
    const hash = createHash('sha256')
      .update(readFileSync(path(fileName)))
      .digest('hex');
    if (hash !== fileHashValue) return `${fileName} was changed`;
  }
  const time = ['--start-time', sign.queryCompleteTime, '--end-time', sign.queryCompleteTime];
  const { PublicKeyList } = await lake('list-public-keys', ...time);
  const key = PublicKeyList.find(({ Fingerprint }) => Fingerprint === sign.publicKeyFingerprint);
  assert.ok(key, `no key ${sign.publicKeyFingerprint}`);
  writeFileSync(path('key.der'), Buffer.from(key.Value, 'base64'));
  writeFileSync(path('text'), sign.files.map(({ fileHashValue }) => fileHashValue).join(' '));
  writeFileSync(path('signature'), Buffer.from(sign.hashSignature, 'hex'));
  const pem = [
    'rsa',
    '-RSAPublicKey_in',
    '-inform',
    'DER',
    '-in',
    path('key.der'),
    '-pubout',
    '-out',
    path('key.pem'),
  ];
  assert.equal((await run('openssl', pem)).code, 0);
  const { stdout } = await run('openssl', [
    ...['dgst', '-sha256', '-verify', path('key.pem'), '-signature', path('signature'), path('text')],
  ]);
  return stdout.trim();
}
