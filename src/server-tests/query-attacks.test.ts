// SPDX-License-Identifier: Apache-2.0
// Oracle: every account's queries, results, stores and objects are its own, and what AttackedAccounts holds to. A secret stands in
// an object, a store and a history; no answer to anybody else may have it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { patienceMs, pause } from '../testing/until.js';
import {
  AttackedAccounts,
  allow,
  type Came,
  document,
  type Keys,
  rootKeys,
  trust,
} from './attacked-accounts.js';
import type { Answer } from './client.js';

const scene = new AttackedAccounts();
const secret = 'X7-TOP-SECRET-7X';
const bucket = 'query-victim';
const mine = 'query-attacker';

let everything: Keys;
let storeArn = '';
let storeId = '';
let lakeQuery = '';
let athenaQuery = '';
let namedQuery = '';

function own(keys: Keys, path: string, body: object): Promise<Answer> {
  return scene.raw(keys, { service: 'cairn', path, body: JSON.stringify(body) });
}

interface Execution {
  readonly Status: { readonly State: string; readonly StateChangeReason?: string };
}

/** The end of a query of Athena: its id, its state, why it failed. */
async function athena(keys: Keys, QueryString: string, output = `s3://${mine}/out/`, more: object = {}) {
  const started = await scene.call(keys, 'athena', 'StartQueryExecution', {
    QueryString,
    ResultConfiguration: { OutputLocation: output },
    ...more,
  });
  if (started.code !== undefined) return { id: '', state: started.code, reason: started.message };
  const id = started.output.QueryExecutionId as string;
  for (const deadline = Date.now() + patienceMs; ; await pause(50)) {
    const { output: got } = await scene.call(keys, 'athena', 'GetQueryExecution', { QueryExecutionId: id });
    const { Status: status } = got.QueryExecution as Execution;
    if (!['QUEUED', 'RUNNING'].includes(status.State) || Date.now() > deadline)
      return { id, state: status.State, reason: status.StateChangeReason ?? '' };
  }
}

/** That a query fails, and its reason tells nothing of what is the server's own. */
async function fails(keys: Keys, sql: string, reason: RegExp, output?: string): Promise<void> {
  const { state, reason: why } = await athena(keys, sql, output);
  assert.notEqual(state, 'SUCCEEDED', sql);
  assert.match(`${state} ${why}`, reason, sql);
  assertClean(why);
}

function assertClean(text: string): void {
  assert.ok(!text.includes(secret), 'the secret');
  assert.ok(!text.includes(scene.dataDir), `a path of the server: ${text}`);
  assert.doesNotMatch(text, /node_modules|\.js:\d|query-cache|scratch-/, 'the server’s inside');
}

async function lake(keys: Keys, QueryStatement: string): Promise<Came> {
  const started = await scene.call(keys, 'cloudtrail', 'StartQuery', { QueryStatement });
  if (started.code !== undefined) return started;
  for (const deadline = Date.now() + patienceMs; ; await pause(50)) {
    const QueryId = started.output.QueryId as string;
    const got = await scene.call(keys, 'cloudtrail', 'GetQueryResults', { QueryId });
    const done = !['QUEUED', 'RUNNING'].includes(got.output.QueryStatus as string);
    if (done || Date.now() > deadline) return { ...got, output: { ...got.output, QueryId } };
  }
}

const table = (name: string, where: string) =>
  `CREATE EXTERNAL TABLE ${name} (a string, b string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '${where}'`;

async function prepare(): Promise<void> {
  everything = await scene.user(rootKeys, 'everything', allow('*'));
  await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket: bucket });
  await scene.done(rootKeys, 's3', 'PutObject', { Bucket: bucket, Key: 'data/a.csv', Body: `${secret},1\n` });
  await scene.done(scene.aloneRoot, 's3', 'CreateBucket', { Bucket: mine });
  const made = await scene.done(everything, 'cloudtrail', 'CreateEventDataStore', { Name: 'victim' });
  storeArn = made.EventDataStoreArn as string;
  storeId = storeArn.split('/')[1] ?? '';
  await scene.done(everything, 'iam', 'CreateUser', { UserName: secret });
  const asked = await lake(everything, `SELECT eventName, requestParameters FROM ${storeId}`);
  assert.equal(asked.output.QueryStatus, 'FINISHED', asked.message);
  lakeQuery = asked.output.QueryId as string;
  const make = await athena(everything, table('victim', `s3://${bucket}/data/`), `s3://${bucket}/out/`);
  assert.equal(make.state, 'SUCCEEDED', make.reason);
  const read = await athena(everything, 'SELECT * FROM victim', `s3://${bucket}/out/`);
  assert.equal(read.state, 'SUCCEEDED', read.reason);
  athenaQuery = read.id;
  const view = await athena(everything, 'CREATE VIEW deputy AS SELECT a FROM victim', `s3://${bucket}/out/`);
  assert.equal(view.state, 'SUCCEEDED', view.reason);
  const saved = { Name: 'saved', Database: 'default', QueryString: `SELECT '${secret}'` };
  namedQuery = (await scene.done(everything, 'athena', 'CreateNamedQuery', saved)).NamedQueryId as string;
}

let prepared: Promise<void> | undefined;
/** Once, by the first suite: the server is there then. */
const scenery = (): Promise<void> => (prepared ??= prepare());

describe('another account', () => {
  before(scenery);
  const others = () =>
    [
      [scene.alone, scene.aloneRoot],
      [scene.member, scene.memberAdmin],
    ] as const;
  const codes = /AccessDenied|NotFound|InvalidRequest|InvalidParameter|ARNInvalid/;

  test('knows no query of Athena, though it knows its id', async () => {
    const QueryExecutionId = athenaQuery;
    for (const [accountId, keys] of others()) {
      for (const operation of [
        'GetQueryExecution',
        'GetQueryResults',
        'StopQueryExecution',
        'GetQueryRuntimeStatistics',
      ])
        assertClean(
          (await scene.refused(accountId, keys, 'athena', operation, { QueryExecutionId }, codes)).message,
        );
      for (const id of [`../${scene.main}/us-east-1/${athenaQuery}`, `${athenaQuery}\0`, 'x'.repeat(10_000)])
        await scene.refused(accountId, keys, 'athena', 'GetQueryResults', { QueryExecutionId: id }, codes);
      const many = { QueryExecutionIds: [athenaQuery] };
      const batch = await scene.done(keys, 'athena', 'BatchGetQueryExecution', many);
      assert.deepEqual(batch.QueryExecutions, []);
      await scene.refused(accountId, keys, 'athena', 'GetNamedQuery', { NamedQueryId: namedQuery }, codes);
      const names = { NamedQueryIds: [namedQuery] };
      assert.deepEqual((await scene.done(keys, 'athena', 'BatchGetNamedQuery', names)).NamedQueries, []);
      await scene.refused(accountId, keys, 'athena', 'DeleteNamedQuery', { NamedQueryId: namedQuery }, codes);
      assert.deepEqual((await scene.done(keys, 'athena', 'ListQueryExecutions')).QueryExecutionIds, []);
    }
  });

  test('knows no query of Lake and no store', async () => {
    for (const [accountId, keys] of others()) {
      for (const operation of ['DescribeQuery', 'GetQueryResults', 'CancelQuery'])
        for (const more of [
          {},
          { EventDataStore: storeArn },
          { EventDataStoreOwnerAccountId: scene.main },
          { EventDataStore: storeId, EventDataStoreOwnerAccountId: scene.main },
        ]) {
          const input = { QueryId: lakeQuery, ...more };
          assertClean((await scene.refused(accountId, keys, 'cloudtrail', operation, input, codes)).message);
        }
      for (const name of [storeId, storeArn, `"${storeArn}"`, `"${storeId}"`, `x.y."${storeId}"`]) {
        const code = (await lake(keys, `SELECT * FROM ${name}`)).code ?? 'it went';
        assert.match(code, /AccessDenied|NotFound|InvalidQueryStatement|ARNInvalid/, name);
        const answer = await own(keys, '/cairn/v1/sql', { dialect: 'lake', sql: `SELECT * FROM ${name}` });
        assertClean(answer.text);
        assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
      }
      for (const operation of [
        'GetEventDataStore',
        'DeleteEventDataStore',
        'ListQueries',
        'UpdateEventDataStore',
      ])
        for (const EventDataStore of [storeId, storeArn])
          await scene.refused(accountId, keys, 'cloudtrail', operation, { EventDataStore }, codes);
      const ResourcePolicy = document(allow('cloudtrail:*', storeArn, { Principal: { AWS: accountId } }));
      const policy = { ResourceArn: storeArn, ResourcePolicy };
      await scene.refused(accountId, keys, 'cloudtrail', 'PutResourcePolicy', policy, codes);
      await scene.refused(accountId, keys, 'cloudtrail', 'GetResourcePolicy', policy, codes);
    }
  });

  test('sees its own history alone, whatever it names', async () => {
    for (const name of [
      'cairn_history',
      '"awsdatacatalog"."default"."cairn_history"',
      `"default"."history/${scene.main}"`,
      `"${scene.main}"."default"."cairn_history"`,
    ]) {
      const sql = `SELECT * FROM ${name}`;
      const body = { sql, accountId: scene.main, account: scene.main, region: 'eu-west-1' };
      assertClean((await own(scene.aloneRoot, `/cairn/v1/sql?account=${scene.main}`, body)).text);
    }
    const search = { accountId: scene.main, text: secret, account: [scene.main] };
    assertClean((await own(scene.aloneRoot, `/cairn/v1/search?account=${scene.main}`, search)).text);
    const files = ['/etc/passwd', `${scene.dataDir}/secrets`, 's3://query-victim/data/a.csv'];
    for (const path of files)
      for (const sql of [
        `SELECT * FROM read_text('${path}')`,
        `SELECT * FROM '${path}'`,
        `SELECT * FROM "${path}"`,
        `SELECT * FROM read_csv('${path}') UNION ALL SELECT * FROM glob('/*')`,
        `COPY (SELECT 1) TO '${path}x'`,
        `ATTACH '${path}'`,
        `SELECT getenv('PATH'), current_setting('temp_directory')`,
      ]) {
        const answer = await own(scene.aloneRoot, '/cairn/v1/sql', { sql });
        assertClean(answer.text.replaceAll(path, ''));
        assert.doesNotMatch(answer.text, /"rows"|root:x/, sql);
      }
  });

  test('gets no object by a table of its own, nor writes its results there', async () => {
    for (const [at, [, keys]] of others().entries()) {
      const output = `s3://${mine}/out/`;
      if (at === 0) {
        assert.equal(
          (await athena(keys, table('stolen', `s3://${bucket}/data/`), output)).state,
          'SUCCEEDED',
        );
        await fails(keys, 'SELECT * FROM stolen', /Access Denied|ACCESS_DENIED/, output);
        const view = await athena(keys, 'CREATE VIEW indirect AS SELECT * FROM stolen', output);
        assert.equal(view.state, 'FAILED', view.reason);
      }
      await fails(keys, 'SELECT 1', /Access denied|AccessDenied/, `s3://${bucket}/out/`);
      await fails(keys, 'SELECT * FROM victim', /TABLE_NOT_FOUND|Access ?denied/i, output);
    }
    const { Contents = [] } = (await scene.done(rootKeys, 's3', 'ListObjectsV2', {
      Bucket: bucket,
      Prefix: 'out/',
    })) as { Contents?: { Key: string }[] };
    const known = Contents.filter(({ Key }) => Key.includes(athenaQuery));
    assert.ok(known.length > 0);
  });

  test('has Lake deliver nowhere, and imports by no role of others', async () => {
    const made = await scene.done(scene.aloneRoot, 'cloudtrail', 'CreateEventDataStore', {
      Name: 'attacker',
    });
    const ownArn = made.EventDataStoreArn as string;
    const QueryStatement = `SELECT eventName FROM ${ownArn.split('/')[1]}`;
    for (const DeliveryS3Uri of [
      `s3://${bucket}`,
      `s3://${bucket}/../x`,
      's3://no-such-bucket-here',
      'file:///etc',
    ])
      await scene.refused(
        scene.alone,
        scene.aloneRoot,
        'cloudtrail',
        'StartQuery',
        { QueryStatement, DeliveryS3Uri },
        /BucketPolicy|DoesNotExist|InvalidS3/,
      );
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'for-imports',
      AssumeRolePolicyDocument: trust({ Service: 'cloudtrail.amazonaws.com' }),
    });
    await scene.done(rootKeys, 'iam', 'PutRolePolicy', {
      RoleName: 'for-imports',
      PolicyName: 'all',
      PolicyDocument: document(allow('*')),
    });
    const from = (destination: string) => ({
      Destinations: [destination],
      ImportSource: {
        S3: {
          S3LocationUri: `s3://${bucket}/AWSLogs/`,
          S3BucketRegion: 'us-east-1',
          S3BucketAccessRoleArn: `arn:aws:iam::${scene.main}:role/for-imports`,
        },
      },
    });
    const refused = /AccessDenied|InvalidImportSource|ARNInvalid|NotFound/;
    await scene.refused(scene.alone, scene.aloneRoot, 'cloudtrail', 'StartImport', from(ownArn), refused);
    await scene.refused(scene.alone, scene.aloneRoot, 'cloudtrail', 'StartImport', from(storeArn), refused);
    const importer = await scene.user(rootKeys, 'importer', allow('cloudtrail:*'));
    await scene.refused(scene.main, importer, 'cloudtrail', 'StartImport', from(storeArn));
  });

  test('puts nothing into a channel, until its policy lets it', async () => {
    const made = await scene.done(everything, 'cloudtrail', 'CreateEventDataStore', {
      Name: 'activity',
      AdvancedEventSelectors: [
        { Name: 'all', FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] },
      ],
    });
    const Destinations = [{ Type: 'EVENT_DATA_STORE', Location: made.EventDataStoreArn }];
    const channel = { Name: 'incoming', Source: 'Custom', Destinations };
    const { ChannelArn: arn } = (await scene.done(everything, 'cloudtrail', 'CreateChannel', channel)) as {
      ChannelArn: string;
    };
    const put = (keys: Keys, named: string) =>
      scene.raw(keys, {
        service: 'cloudtrail-data',
        path: `/PutAuditEvents?channelArn=${encodeURIComponent(named)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auditEvents: [{ id: 'a', eventData: '{}' }] }),
      });
    for (const [, keys] of others()) {
      for (const named of [
        arn,
        arn.split('/')[1] ?? '',
        `${arn}/../x`,
        arn.replace('channel', 'eventdatastore'),
      ]) {
        const answer = await put(keys, named);
        assert.ok(answer.status >= 400 && answer.status < 500, `${named} ${answer.status} ${answer.text}`);
      }
      await scene.refused(undefined, keys, 'cloudtrail', 'GetChannel', { Channel: arn }, codes);
      await scene.refused(undefined, keys, 'cloudtrail', 'DeleteChannel', { Channel: arn }, codes);
      const stolen = { ...channel, Name: 'theirs' };
      await scene.refused(undefined, keys, 'cloudtrail', 'CreateChannel', stolen, codes);
    }
    assert.equal((await put(await scene.user(rootKeys, 'putter'), arn)).status, 403);
  });
});

describe('a user of the account', () => {
  before(scenery);
  test('without rights gets no SQL at all', async () => {
    const keys = await scene.user(rootKeys, 'no-queries');
    for (const body of [
      { sql: 'SELECT 1' },
      { sql: 'SELECT 1', dialect: 'lake' },
      { sql: 'SELECT count(*) FROM UNNEST(sequence(1, 1000000)) AS t(n)', dialect: 'lake' },
      { sql: 'WITH a AS (SELECT 1) SELECT * FROM a', dialect: 'lake' },
      { sql: `SELECT * FROM ${storeId}`, dialect: 'lake' },
      { sql: 'SHOW TABLES' },
    ]) {
      const answer = await own(keys, '/cairn/v1/sql', body);
      assert.ok(answer.status === 403 || answer.status === 400, `${JSON.stringify(body)}: ${answer.text}`);
      assert.doesNotMatch(answer.text, /"rows"/);
    }
    assert.equal((await own(keys, '/cairn/v1/search', {})).status, 403);
    for (const [operation, input] of [
      ['GetQueryResults', { QueryExecutionId: athenaQuery }],
      ['BatchGetQueryExecution', { QueryExecutionIds: [athenaQuery] }],
      ['GetNamedQuery', { NamedQueryId: namedQuery }],
      ['BatchGetNamedQuery', { NamedQueryIds: [namedQuery] }],
    ] as const)
      await scene.refused(scene.main, keys, 'athena', operation, input);
    for (const operation of ['DescribeQuery', 'GetQueryResults', 'CancelQuery'])
      await scene.refused(scene.main, keys, 'cloudtrail', operation, { QueryId: lakeQuery });
  });

  test('who may start queries and not read results gets no rows, nor around a tag', async () => {
    const starter = await scene.user(
      rootKeys,
      'starter',
      allow(['cloudtrail:StartQuery', 'athena:StartQueryExecution']),
    );
    for (const body of [{ sql: 'SELECT 1' }, { dialect: 'lake', sql: `SELECT * FROM ${storeId}` }])
      assert.equal((await own(starter, '/cairn/v1/sql', body)).status, 403);
    const tag = { ResourceId: storeArn, TagsList: [{ Key: 'secret', Value: 'yes' }] };
    await scene.done(everything, 'cloudtrail', 'AddTags', tag);
    const tagged = { StringEquals: { 'aws:ResourceTag/secret': 'yes' } };
    const denied = { ...allow('cloudtrail:*', '*', { Condition: tagged }), Effect: 'Deny' };
    const around = await scene.user(rootKeys, 'around', allow('*'), denied);
    const QueryStatement = `SELECT * FROM ${storeId}`;
    await scene.refused(scene.main, around, 'cloudtrail', 'StartQuery', { QueryStatement });
    const body = { dialect: 'lake', sql: QueryStatement };
    assert.equal((await own(around, '/cairn/v1/sql', body)).status, 403);
  });

  test('reads no object by a table, a view, a copy or a result that he may not read', async () => {
    const away = { ...allow('s3:GetObject', `arn:aws:s3:::${bucket}/*`), Effect: 'Deny' };
    const keys = await scene.user(rootKeys, 'no-objects', allow('*'), away);
    for (const sql of ['SELECT * FROM victim', 'SELECT * FROM deputy', 'SELECT count(*) FROM victim'])
      await fails(keys, sql, /Access Denied|ACCESS_DENIED/, `s3://${bucket}/out/`);
    const answer = await own(keys, '/cairn/v1/sql', { sql: 'SELECT * FROM deputy' });
    assertClean(answer.text);
    assert.match(answer.text, /ACCESS_DENIED/);
    const id = { QueryExecutionId: athenaQuery };
    await scene.refused(scene.main, keys, 'athena', 'GetQueryResults', id);
  });

  test('in a session with less, has less; and so when rights were taken away', async () => {
    const roleArn = `arn:aws:iam::${scene.main}:role/analyst`;
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'analyst',
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    const policy = { RoleName: 'analyst', PolicyName: 'all' };
    await scene.done(rootKeys, 'iam', 'PutRolePolicy', { ...policy, PolicyDocument: document(allow('*')) });
    const Policy = document(
      allow(['athena:*', 'glue:*', 's3:PutObject', 's3:ListBucket', 'cloudtrail:StartQuery']),
    );
    const narrow = await scene.assume(everything, roleArn, { Policy });
    await fails(narrow, 'SELECT * FROM victim', /Access Denied|ACCESS_DENIED/, `s3://${bucket}/out/`);
    await fails(narrow, 'SELECT * FROM cairn_history', /Insufficient permissions/, `s3://${bucket}/out/`);
    await scene.refused(scene.main, narrow, 'athena', 'GetQueryResults', { QueryExecutionId: athenaQuery });
    await scene.refused(scene.main, narrow, 'cloudtrail', 'GetQueryResults', { QueryId: lakeQuery });
    const whole = await scene.assume(everything, roleArn);
    const asked = { QueryExecutionId: athenaQuery };
    await scene.done(whole, 'athena', 'GetQueryResults', asked);
    await scene.done(rootKeys, 'iam', 'DeleteRolePolicy', policy);
    await scene.refused(scene.main, whole, 'athena', 'GetQueryResults', asked);
    await scene.refused(scene.main, whole, 'cloudtrail', 'GetQueryResults', { QueryId: lakeQuery });
  });

  test('with odd names and texts gets errors that tell nothing', async () => {
    const output = `s3://${bucket}/out/`;
    const odd = ["a'b", 'a"b', 'a`b', 'a\0b', '../../etc/passwd', 'x'.repeat(10_000), "'); SELECT 1; --"];
    for (const name of odd) {
      const quoted = name.replaceAll('"', '""');
      await fails(everything, `SELECT * FROM "${quoted}"`, /./, output);
      await fails(everything, `SELECT "${quoted}" FROM victim`, /./, output);
      await fails(everything, table(`\`${name}\``, `s3://${bucket}/data/`), /./, output);
      const made = await athena(
        everything,
        table('odd', `s3://${bucket}/${name.replaceAll("'", "''")}/`),
        output,
      );
      assertClean(made.reason);
      await athena(everything, 'DROP TABLE IF EXISTS odd', output);
    }
    for (const sql of [
      `SELECT CAST('${'9'.repeat(5_000)}' AS integer)`,
      'SELECT 1/0',
      "SELECT json_parse('{')",
    ])
      await fails(everything, sql, /./, output);
    const deep = `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    await fails(everything, deep, /./, output);
  });
});

describe('a small file that unfolds to much', () => {
  before(scenery);
  const output = `s3://${bucket}/out/`;
  test('in Athena ends its query, and not the server', async () => {
    const bomb = Buffer.concat(Array<Buffer>(6).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a'))));
    await scene.done(rootKeys, 's3', 'PutObject', { Bucket: bucket, Key: 'bomb/a.gz', Body: bomb });
    assert.equal(
      (await athena(everything, table('bomb', `s3://${bucket}/bomb/`), output)).state,
      'SUCCEEDED',
    );
    await fails(everything, 'SELECT count(*) FROM bomb', /too long|too large|memory/, output);
    const Body = '{"a":'.repeat(100_000);
    await scene.done(rootKeys, 's3', 'PutObject', { Bucket: bucket, Key: 'deep/a.json', Body });
    const deep = `CREATE EXTERNAL TABLE deep (a string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://${bucket}/deep/'`;
    assert.equal((await athena(everything, deep, output)).state, 'SUCCEEDED');
    const { reason } = await athena(everything, 'SELECT * FROM deep', output);
    assertClean(reason);
    const Lying = Buffer.concat([
      Buffer.from('PAR1'),
      Buffer.alloc(64, 0xff),
      Buffer.from('\xff\xff\xff\x7fPAR1', 'latin1'),
    ]);
    await scene.done(rootKeys, 's3', 'PutObject', { Bucket: bucket, Key: 'lying/a', Body: Lying });
    const lying = `CREATE EXTERNAL TABLE lying (a string) STORED AS PARQUET LOCATION 's3://${bucket}/lying/'`;
    assert.equal((await athena(everything, lying, output)).state, 'SUCCEEDED');
    await fails(everything, 'SELECT * FROM lying', /./, output);
    assert.equal((await athena(everything, 'SELECT * FROM victim', output)).state, 'SUCCEEDED');
  });

  test('in an import is a failure of the import', async () => {
    const key = (n: number) =>
      `AWSLogs/${scene.main}/CloudTrail/us-east-1/2026/01/01/${scene.main}_CloudTrail_us-east-1_20260101T0000Z_${n}.json.gz`;
    const bombs = [
      Buffer.concat(Array<Buffer>(12).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')))),
      gzipSync(`{"Records":[${'['.repeat(100_000)}`),
      gzipSync(`{"Records":[{"a":${'{"a":'.repeat(100_000)}`),
      Buffer.from('no gzip'),
    ];
    for (const [at, Body] of bombs.entries())
      await scene.done(rootKeys, 's3', 'PutObject', { Bucket: bucket, Key: key(at), Body });
    const started = await scene.done(everything, 'cloudtrail', 'StartImport', {
      Destinations: [storeArn],
      ImportSource: {
        S3: {
          S3LocationUri: `s3://${bucket}/AWSLogs/`,
          S3BucketRegion: 'us-east-1',
          S3BucketAccessRoleArn: `arn:aws:iam::${scene.main}:role/for-imports`,
        },
      },
    });
    const { ImportId } = started;
    let status = '';
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await pause(100)) {
      status = (await scene.done(everything, 'cloudtrail', 'GetImport', { ImportId })).ImportStatus as string;
      if (status === 'FAILED' || status === 'COMPLETED') break;
    }
    assert.equal(status, 'FAILED');
    const { Failures } = await scene.done(everything, 'cloudtrail', 'ListImportFailures', { ImportId });
    assertClean(JSON.stringify(Failures));
    assert.equal((Failures as object[]).length, bombs.length);
  });
});
