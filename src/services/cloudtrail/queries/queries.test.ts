// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference (StartQuery, DescribeQuery, GetQueryResults, ListQueries, CancelQuery: members, limits,
// errors), User Guide, "Quotas in AWS CloudTrail" (10 concurrent queries), "Amazon S3 bucket policy for CloudTrail Lake query
// results" (the policy below), "AWS CloudTrail resource-based policy examples".
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { dashboardKey } from '../../../event-data-stores/dashboard.js';
import { queriesOfStorePrefix, queryKeptMs } from '../../../event-data-stores/lake-query.js';
import { QueryError } from '../../../query/query-error.js';
import { account, LakeScene, nowMs, resultOf, stranger } from '../testing/lake-scene.js';

let scene: LakeScene;
let arn: string;
let storeId: string;

beforeEach(async () => {
  scene = new LakeScene();
  arn = await scene.store();
  storeId = arn.split('/')[1] as string;
});

const start = async (more: object = {}, where: object = {}) => {
  const input = { QueryStatement: `SELECT eventID FROM ${storeId}`, ...more };
  return (await scene.call('StartQuery', input, where)).QueryId as string;
};
const refusedStart = (more: object, where: object = {}) =>
  scene.refusal('StartQuery', { QueryStatement: `SELECT eventID FROM ${storeId}`, ...more }, where);

describe('StartQuery', () => {
  test('puts a job for the runner, in the very call', async () => {
    const id = await start();
    assert.deepEqual(scene.job(id), {
      id,
      front: 'lake',
      accountId: account,
      region: 'us-east-1',
      dialect: 'lake',
      sql: `SELECT eventID FROM ${storeId}`,
      caller: {
        principal: { kind: 'root', accountId: account, accessKeyId: 'AKIDEXAMPLE' },
        sourceIp: '203.0.113.10',
        userAgent: '',
      },
      state: 'QUEUED',
      submittedAtMs: nowMs,
      facts: { stores: [arn] },
    });
    assert.deepEqual(scene.audit.resources, [
      { type: 'AWS::CloudTrail::EventDataStore', ARN: arn, accountId: account },
    ]);
  });

  for (const [what, statement, code] of [
    ['no statement', '', 'ValidationException'],
    ['a statement of 10,001 characters', `SELECT ${'x'.repeat(9_994)}`, 'ValidationException'],
    ['what cannot be read', 'SELEC 1', 'InvalidQueryStatementException'],
    ['nothing to ask', 'SELECT 1', 'InvalidQueryStatementException'],
    ['parameters', 'SELECT ? FROM 00000000-0000-4000-8000-000000000001', 'InvalidQueryStatementException'],
    [
      'a store that is not there',
      'SELECT 1 FROM 99999999-0000-4000-8000-000000000009',
      'EventDataStoreNotFoundException',
    ],
    ['an ARN of something else', 'SELECT 1 FROM arn:aws:s3:::bucket', 'EventDataStoreARNInvalidException'],
  ] as const)
    test(`refuses ${what}`, async () =>
      assert.equal(await refusedStart({ QueryStatement: statement }), code));

  test('finds a store by its name in any letters, as names in SQL are', async () => {
    const id = await start({ QueryStatement: `SELECT 1 FROM ${arn.toUpperCase()}` });
    assert.deepEqual(scene.job(id)?.facts.stores, [arn]);
  });

  test('refuses what goes together badly', async () => {
    assert.equal(await refusedStart({ QueryStatement: undefined }), 'InvalidParameterException');
    assert.equal(await refusedStart({ QueryAlias: 'alias' }), 'InvalidParameterException');
    assert.equal(await refusedStart({ QueryParameters: ['x'] }), 'InvalidParameterException');
    assert.equal(
      await refusedStart({ QueryStatement: undefined, QueryAlias: 'unknown' }),
      'InvalidParameterException',
    );
  });

  test('runs the query of a dashboard’s widget by its alias', async () => {
    const widget = {
      queryAlias: 'top',
      queryStatement: `SELECT 1 FROM ${storeId} WHERE eventTime > '?'`,
      viewProperties: {},
    };
    const place = { accountId: account, region: 'us-east-1', name: 'mine' };
    scene.state.put(dashboardKey(place), { ...place, widgets: [widget] });
    const byAlias = {
      QueryStatement: undefined,
      QueryAlias: 'top',
      QueryParameters: ['2026-01-01 00:00:00'],
    };
    const id = await start(byAlias);
    assert.equal(scene.job(id)?.sql, `SELECT 1 FROM ${storeId} WHERE eventTime > '2026-01-01 00:00:00'`);
    assert.equal((await scene.call('DescribeQuery', { QueryAlias: 'top' })).QueryId, id);
    assert.equal(
      await refusedStart({ ...byAlias, QueryParameters: ['1', '2'] }),
      'InvalidParameterException',
    );
  });

  test('says that the reader of statements is busy, and hides its faults', async () => {
    scene.checkFailure = new QueryError('BUSY', 'later');
    assert.equal(await refusedStart({}), 'ThrottlingException');
    scene.checkFailure = new QueryError('INTERNAL', 'a fault of ours');
    await assert.rejects(start(), QueryError);
  });

  test('runs ten at once for an account, and goes on when one has ended', async () => {
    const ids = [];
    for (let at = 0; at < 10; at += 1) ids.push(await start());
    assert.equal(await refusedStart({}), 'MaxConcurrentQueriesException');
    scene.change(ids[3] as string, { state: 'FAILED', failure: { code: 'INVALID_VALUE', message: 'no' } });
    await start();
    assert.equal(await refusedStart({}), 'MaxConcurrentQueriesException');
    await scene.call('CancelQuery', { QueryId: ids[4] });
    await start();
  });

  test('asks several stores in one statement, of one account', async () => {
    const second = await scene.store('second');
    const id = await start({
      QueryStatement: `SELECT a.eventID FROM ${storeId} a JOIN ${second.split('/')[1]} b JOIN ${storeId} c`,
    });
    assert.deepEqual(scene.job(id)?.facts.stores, [arn, second]);
    const foreign = await scene.store('foreign', {}, { accountId: stranger });
    const statement = `SELECT 1 FROM ${storeId} JOIN ${foreign}`;
    assert.equal(await refusedStart({ QueryStatement: statement }), 'AccessDeniedException');
  });

  test('refuses a store that is pending deletion', async () => {
    const doomed = await scene.store('doomed', { TerminationProtectionEnabled: false });
    const QueryStatement = `SELECT 1 FROM ${doomed.split('/')[1]}`;
    const id = await start({ QueryStatement });
    await scene.call('DeleteEventDataStore', { EventDataStore: doomed });
    assert.equal(await refusedStart({ QueryStatement }), 'InactiveEventDataStoreException');
    for (const operation of ['DescribeQuery', 'GetQueryResults', 'CancelQuery'])
      assert.equal(await scene.refusal(operation, { QueryId: id }), 'InactiveEventDataStoreException');
  });
});

describe('delivery', () => {
  const policy = (resource: string) => {
    const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
    const Condition = {
      StringLike: {
        'aws:SourceAccount': account,
        'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/*`,
      },
    };
    const Statement = [
      { ...service, Action: ['s3:PutObject*', 's3:Abort*'], Resource: resource, Condition },
      { ...service, Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::results', Condition },
    ];
    return JSON.stringify({ Version: '2012-10-17', Statement });
  };

  test('needs a bucket that lets CloudTrail in for the store', async () => {
    const to = (DeliveryS3Uri: string) => refusedStart({ DeliveryS3Uri });
    assert.equal(await to('s3://results'), 'S3BucketDoesNotExistException');
    scene.addBucket('results', undefined);
    assert.equal(await to('s3://results'), 'InsufficientS3BucketPolicyException');
    scene.addBucket('results', policy('arn:aws:s3:::results/elsewhere/*'));
    assert.equal(await to('s3://results/here'), 'InsufficientS3BucketPolicyException');
    assert.equal(await to('results'), 'InvalidS3BucketNameException');
    assert.equal(await to(`s3://results/${'p'.repeat(1_100)}`), 'InvalidS3BucketNameException');
    assert.equal(await to('s3://results/line\nend'), 'InvalidS3PrefixException');
    const id = await start({ DeliveryS3Uri: 's3://results/elsewhere/' });
    assert.deepEqual(scene.job(id)?.facts, {
      deliveryS3Uri: 's3://results/elsewhere/',
      deliveryStatus: 'PENDING',
      stores: [arn],
    });
  });

  test('is told by DescribeQuery', async () => {
    scene.addBucket('results', policy('arn:aws:s3:::results/*'));
    const statusOf = async (id: string) => {
      const { DeliveryS3Uri, DeliveryStatus } = await scene.call('DescribeQuery', { QueryId: id });
      return [DeliveryS3Uri, DeliveryStatus];
    };
    const uri = 's3://results';
    const id = await start({ DeliveryS3Uri: uri });
    assert.deepEqual(await statusOf(id), [uri, 'PENDING']);
    scene.change(id, {
      state: 'SUCCEEDED',
      facts: { ...scene.job(id)?.facts, deliveryStatus: 'ACCESS_DENIED' },
    });
    assert.deepEqual(await statusOf(id), [uri, 'ACCESS_DENIED']);
    const cancelled = await start({ DeliveryS3Uri: uri });
    await scene.call('CancelQuery', { QueryId: cancelled });
    assert.deepEqual(await statusOf(cancelled), [uri, 'CANCELLED']);
    assert.deepEqual(await statusOf(await start()), [undefined, undefined]);
  });
});

describe('DescribeQuery', () => {
  test('tells all of it', async () => {
    const id = await start();
    assert.deepEqual(await scene.call('DescribeQuery', { QueryId: id }), {
      QueryId: id,
      QueryString: `SELECT eventID FROM ${storeId}`,
      QueryStatus: 'QUEUED',
      QueryStatistics: { CreationTime: new Date(nowMs) },
    });
    scene.succeed(id, ['eventID'], [['a'], ['b']]);
    const { QueryStatus, QueryStatistics } = await scene.call('DescribeQuery', {
      QueryId: id,
      EventDataStore: arn,
    });
    assert.equal(QueryStatus, 'FINISHED');
    assert.deepEqual(QueryStatistics, {
      EventsMatched: 2,
      EventsScanned: 70,
      BytesScanned: 9_000,
      ExecutionTimeInMillis: 42,
      CreationTime: new Date(nowMs),
    });
  });

  for (const [what, more, code] of [
    ['a store that is none', { EventDataStore: '!!!' }, 'EventDataStoreARNInvalidException'],
    ['an ARN of something else', { EventDataStore: 'arn:aws:s3:::b' }, 'EventDataStoreARNInvalidException'],
    ['a store that is not there', { EventDataStore: 'f'.repeat(36) }, 'EventDataStoreNotFoundException'],
    ['an id of another form', { QueryId: 'x' }, 'ValidationException'],
    ['letters of another kind', { QueryId: 'F'.repeat(36) }, 'ValidationException'],
  ] as const)
    test(`is refused with ${what}, as other calls about queries are`, async () => {
      const named = { QueryId: await start(), ...more };
      for (const operation of ['DescribeQuery', 'GetQueryResults', 'CancelQuery'])
        assert.equal(await scene.refusal(operation, named), code, operation);
    });

  test('tells nobody which stores another account has', async () => {
    const own = await scene.store('own', {}, { accountId: stranger });
    const id = await start({ QueryStatement: `SELECT 1 FROM ${own}` }, { accountId: stranger });
    for (const EventDataStore of [arn, arn.replace(/.$/, 'f')])
      assert.equal(
        await scene.refusal('DescribeQuery', { QueryId: id, EventDataStore }, { accountId: stranger }),
        'QueryIdNotFoundException',
      );
  });

  test('knows no query of others, and none of another store', async () => {
    const id = await start();
    const other = await scene.store('other');
    assert.equal(
      await scene.refusal('DescribeQuery', { QueryId: 'f'.repeat(36) }),
      'QueryIdNotFoundException',
    );
    assert.equal(
      await scene.refusal('DescribeQuery', { QueryId: id, EventDataStore: other }),
      'QueryIdNotFoundException',
    );
    const abroad = { accountId: stranger };
    assert.equal(await scene.refusal('DescribeQuery', { QueryId: id }, abroad), 'QueryIdNotFoundException');
    assert.equal(
      await scene.refusal('DescribeQuery', { QueryId: id, EventDataStoreOwnerAccountId: account }, abroad),
      'AccessDeniedException',
    );
    assert.equal(await scene.refusal('DescribeQuery', {}), 'InvalidParameterException');
  });

  test('tells why a query failed', async () => {
    const id = await start();
    scene.change(id, { state: 'FAILED', failure: { code: 'INVALID_VALUE', message: 'division by zero' } });
    for (const operation of ['DescribeQuery', 'GetQueryResults']) {
      const answer = await scene.call(operation, { QueryId: id });
      assert.deepEqual([answer.QueryStatus, answer.ErrorMessage], ['FAILED', 'division by zero']);
    }
  });
});

describe('GetQueryResults', () => {
  test('answers the status alone until there is a result', async () => {
    const id = await start();
    assert.deepEqual(await scene.call('GetQueryResults', { QueryId: id }), {
      QueryStatus: 'QUEUED',
      QueryStatistics: { ResultsCount: 0, TotalResultsCount: 0, BytesScanned: 0 },
    });
  });

  test('gives a map for each column, in order, also for two of one name', async () => {
    const id = await start();
    scene.succeed(id, ['eventTime', 'name', 'name'], [['2026-11-21 10:00:00.000', null, 'x']]);
    const { QueryResultRows, QueryStatistics, NextToken } = await scene.call('GetQueryResults', {
      QueryId: id,
    });
    assert.deepEqual(QueryResultRows, [
      [{ eventTime: '2026-11-21 10:00:00.000' }, { name: '' }, { name: 'x' }],
    ]);
    assert.deepEqual(QueryStatistics, { ResultsCount: 1, TotalResultsCount: 1, BytesScanned: 9_000 });
    assert.equal(NextToken, undefined);
  });

  test('gives every row once, page by page', async () => {
    const id = await start();
    const rows = Array.from({ length: 2_345 }, (_, at) => [String(at)]);
    scene.succeed(id, ['n'], rows);
    const seen: string[] = [];
    let NextToken: unknown;
    do {
      const input = { QueryId: id, MaxQueryResults: 700, ...(NextToken === undefined ? {} : { NextToken }) };
      const page = await scene.call<{ QueryResultRows: { n: string }[][]; NextToken?: string }>(
        'GetQueryResults',
        input,
      );
      seen.push(...page.QueryResultRows.map(([cell]) => cell?.n ?? ''));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    assert.deepEqual(seen, rows.flat());
  });

  test('ends a page of large rows before it is full', async () => {
    const id = await start();
    scene.succeed(id, ['record'], Array<string[]>(50).fill(['x'.repeat(250_000)]));
    const page = await scene.call<{ QueryResultRows: unknown[] }>('GetQueryResults', { QueryId: id });
    assert.equal(page.QueryResultRows.length, 16);
    assert.ok('NextToken' in page);
  });

  test('refuses tokens of others, and pages that are none', async () => {
    const [one, two] = [await start(), await start()];
    scene.succeed(one, ['n'], [['1'], ['2']]);
    scene.succeed(two, ['n'], [['1'], ['2']]);
    const { NextToken } = await scene.call('GetQueryResults', { QueryId: one, MaxQueryResults: 1 });
    for (const token of [NextToken, 'what', Buffer.from(`1/${two}/9`).toString('base64url')])
      assert.equal(
        await scene.refusal('GetQueryResults', { QueryId: two, NextToken: token }),
        'InvalidNextTokenException',
      );
    for (const MaxQueryResults of [0, 1_001])
      assert.equal(
        await scene.refusal('GetQueryResults', { QueryId: one, MaxQueryResults }),
        'InvalidMaxResultsException',
      );
  });
});

describe('ListQueries', () => {
  const list = (more: object = {}) =>
    scene.call<{ Queries: { QueryId: string }[]; NextToken?: string }>('ListQueries', {
      EventDataStore: storeId,
      ...more,
    });
  const idsOf = async (more: object = {}) => (await list(more)).Queries.map(({ QueryId }) => QueryId);

  test('newest first, by time and status, page by page, of seven days', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      ids.unshift(await start());
      scene.clock.advance(1_000);
    }
    assert.deepEqual(await idsOf(), ids);
    await scene.call('CancelQuery', { QueryId: ids[1] });
    assert.deepEqual(await idsOf({ QueryStatus: 'CANCELLED' }), [ids[1]]);
    assert.deepEqual(
      await idsOf({ QueryStatus: 'QUEUED' }),
      ids.filter((_, at) => at !== 1),
    );
    const time = (seconds: number) => new Date(nowMs + seconds * 1_000);
    assert.deepEqual(await idsOf({ StartTime: time(1), EndTime: time(3) }), ids.slice(1, 4));
    const first = await list({ MaxResults: 2 });
    const second = await list({ MaxResults: 3, NextToken: first.NextToken });
    assert.deepEqual(
      [...first.Queries, ...second.Queries].map(({ QueryId }) => QueryId),
      ids,
    );
    assert.equal(second.NextToken, undefined);
    scene.clock.advance(queryKeptMs - 3_000);
    assert.deepEqual(await idsOf(), ids.slice(0, 3));
  });

  test('knows the queries of each of a statement’s stores', async () => {
    const second = await scene.store('second');
    const id = await start({ QueryStatement: `SELECT 1 FROM ${storeId} JOIN ${second}` });
    assert.deepEqual(await idsOf(), [id]);
    assert.deepEqual(await idsOf({ EventDataStore: second }), [id]);
  });

  test('forgets what is too old as new queries come', async () => {
    for (let at = 0; at < 30; at += 1) scene.change(await start(), { state: 'SUCCEEDED' });
    scene.clock.advance(queryKeptMs + 1);
    await start();
    await start();
    const place = { accountId: account, region: 'us-east-1', id: storeId };
    assert.equal(scene.state.list(queriesOfStorePrefix(place)).length, 2);
  });

  for (const [what, input, code] of [
    ['a status that is none', { QueryStatus: 'DONE' }, 'InvalidQueryStatusException'],
    [
      'a time that ends before it begins',
      { StartTime: new Date(2), EndTime: new Date(1) },
      'InvalidDateRangeException',
    ],
    ['a page of nothing', { MaxResults: 0 }, 'InvalidMaxResultsException'],
    ['a token of nobody', { NextToken: 'what' }, 'InvalidNextTokenException'],
    ['another store', { EventDataStore: 'none' }, 'EventDataStoreNotFoundException'],
  ] as const)
    test(`refuses ${what}`, async () =>
      assert.equal(await scene.refusal('ListQueries', { EventDataStore: storeId, ...input }), code));
});

test('CancelQuery ends a query once', async () => {
  const id = await start();
  scene.change(id, { state: 'RUNNING' });
  assert.deepEqual(await scene.call('CancelQuery', { QueryId: id }), {
    QueryId: id,
    QueryStatus: 'CANCELLED',
  });
  assert.deepEqual([scene.job(id)?.state, scene.job(id)?.endedAtMs], ['CANCELLED', nowMs]);
  assert.equal(await scene.refusal('CancelQuery', { QueryId: id }), 'InactiveQueryException');
});

describe('another account', () => {
  const abroad = { accountId: stranger };
  const owner = { EventDataStoreOwnerAccountId: account };
  const allow = (actions: string[]) => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${stranger}:root` },
      Action: actions.map((name) => `cloudtrail:${name}`),
      Resource: arn,
    };
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return scene.call('PutResourcePolicy', { ResourceArn: arn, ResourcePolicy });
  };

  test('queries a store whose policy lets it, by its owner’s account id', async () => {
    assert.equal(await refusedStart(owner, abroad), 'AccessDeniedException');
    await allow(['StartQuery', 'DescribeQuery', 'GetQueryResults']);
    const answer = await scene.call(
      'StartQuery',
      { QueryStatement: `SELECT 1 FROM ${storeId}`, ...owner },
      abroad,
    );
    const id = answer.QueryId as string;
    assert.equal(answer.EventDataStoreOwnerAccountId, account);
    assert.deepEqual([...(scene.audit.sharedWith ?? [])], [account]);
    assert.equal(scene.job(id)?.caller.principal.accountId, stranger);
    scene.succeed(id, ['n'], [['1']]);
    const { QueryResultRows } = await scene.call('GetQueryResults', { QueryId: id, ...owner }, abroad);
    assert.deepEqual(QueryResultRows, [[{ n: '1' }]]);
    assert.equal(
      await scene.refusal('CancelQuery', { QueryId: id, ...owner }, abroad),
      'AccessDeniedException',
    );
    assert.equal(
      await scene.refusal('ListQueries', { EventDataStore: arn }, abroad),
      'AccessDeniedException',
    );
  });

  test('takes none of the owner’s places', async () => {
    await allow(['StartQuery']);
    for (let at = 0; at < 10; at += 1) await start(owner, abroad);
    assert.equal(await refusedStart(owner, abroad), 'MaxConcurrentQueriesException');
    await start();
  });
});

test('a result that is gone is said so', async () => {
  const id = await start();
  scene.succeed(id, ['n'], []);
  scene.results.delete(id);
  assert.equal(await scene.refusal('GetQueryResults', { QueryId: id }), 'QueryIdNotFoundException');
  scene.results.set(id, resultOf(['n'], []));
  assert.deepEqual((await scene.call('GetQueryResults', { QueryId: id })).QueryResultRows, []);
});
