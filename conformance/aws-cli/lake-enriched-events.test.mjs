// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Enrich CloudTrail events by adding resource tag keys and IAM global condition keys" (which
// copies of an event have the field, what is in it), and the queries of "Create CloudTrail Lake queries from natural language
// prompts" that ask for principal and resource tags, as they stand there; calls are made by the real AWS CLI.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer();
let rich;
let plain;
let operator;

const lake = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;

function file(name, value) {
  writeFileSync(join(cairn.dir, name), typeof value === 'string' ? value : JSON.stringify(value));
  return `file://${join(cairn.dir, name)}`;
}

async function rowsOf(statement) {
  const { QueryId } = await lake('start-query', '--query-statement', statement);
  await eventually(async () => {
    const { QueryStatus, ErrorMessage } = await lake('describe-query', '--query-id', QueryId);
    assert.equal(QueryStatus, 'FINISHED', ErrorMessage);
  });
  const { QueryResultRows } = await lake('get-query-results', '--query-id', QueryId);
  return QueryResultRows.map((cells) => cells.flatMap(Object.values));
}

const textsOf = async (store, where) =>
  (await rowsOf(`SELECT eventJson FROM ${store} WHERE ${where} ORDER BY eventTime`)).map(([text]) =>
    JSON.parse(text),
  );

before(async () => {
  await cairn.start();
  const selectors = file('selectors.json', [
    { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    {
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      ],
    },
  ]);
  const made = async (name) =>
    (
      await lake('create-event-data-store', '--name', name, '--advanced-event-selectors', selectors)
    ).EventDataStoreArn.split('/')[1];
  rich = await made('rich');
  plain = await made('plain');
  const keys = file('keys.json', [
    { Type: 'TagContext', Equals: ['Environment', 'solution'] },
    {
      Type: 'RequestContext',
      Equals: ['aws:ViaAWSService', 'aws:PrincipalTag/operator', 'aws:PrincipalType'],
    },
  ]);
  const large = ['--max-event-size', 'Large'];
  await lake(
    'put-event-configuration',
    '--event-data-store',
    rich,
    ...large,
    '--context-key-selectors',
    keys,
  );
  await cairn.awsOk('iam', 'create-user', '--user-name', 'olga', '--tags', 'Key=operator,Value=night-shift');
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:*', 'cloudtrail:*'], Resource: '*' }],
  };
  await cairn.awsOk(
    'iam',
    'put-user-policy',
    ...['--user-name', 'olga', '--policy-name', 'all', '--policy-document', file('policy.json', policy)],
  );
  const { AccessKey } = await cairn.awsOk('iam', 'create-access-key', '--user-name', 'olga');
  operator = { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'enriched');
  const tagging = 'TagSet=[{Key=Environment,Value=prod},{Key=secret,Value=x}]';
  await cairn.awsOk('s3api', 'put-bucket-tagging', '--bucket', 'enriched', '--tagging', tagging);
  file('body.txt', 'hello');
  const put = ['s3api', 'put-object', '--bucket', 'enriched', '--key', 'a.txt', '--body', 'body.txt'];
  assert.equal((await cairn.awsWith(operator, ...put)).code, 0);
});
after(() => cairn.remove());

describe('an enriched event', () => {
  test('has the tags of the bucket and of who called, and the condition keys; another store has none of it', async () => {
    const where = "eventName = 'PutObject'";
    const [event] = await textsOf(rich, where);
    assert.deepEqual(event.eventContext, {
      requestContext: { 'aws:ViaAWSService': 'false', 'aws:PrincipalType': 'User' },
      tagContext: {
        principalTags: { operator: 'night-shift' },
        resourceTags: [{ arn: 'arn:aws:s3:::enriched', tags: { Environment: 'prod' } }],
      },
    });
    const [bare] = await textsOf(plain, where);
    const { eventContext: _, ...rest } = event;
    assert.deepEqual(bare, rest);
  });

  test('is not in the event history', async () => {
    const filter = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=CreateBucket'];
    const { Events } = await lake('lookup-events', ...filter);
    assert.equal(Events.length, 1);
    assert.equal(JSON.parse(Events[0].CloudTrailEvent).eventContext, undefined);
  });

  test("is found by the guide's queries", async () => {
    const during = "eventtime >= '2020-01-01 00:00:00' AND eventtime < '2099-01-01 00:00:00'";
    assert.deepEqual(
      await rowsOf(`SELECT element_at(
        eventContext.tagContext.principalTags,
        'operator'
    ) AS operator,
    COUNT(*) AS eventCount
FROM
    ${rich}
WHERE ${during} AND eventName = 'PutObject'
GROUP BY 1
ORDER BY 2 DESC;`),
      [['night-shift', '1']],
    );
    assert.deepEqual(
      await rowsOf(`SELECT eventName
FROM
    ${rich}
WHERE eventCategory = 'Data'
    AND eventSource = 's3.amazonaws.com'
    AND ${during}
    AND any_match(
        eventContext.tagContext.resourceTags,
        rt->element_at(rt.tags, 'Environment') = 'prod'
    )`),
      [['PutObject']],
    );
    const counted = await rowsOf(`SELECT element_at(rt.tags, 'Environment'),
    count(*) as event_count
FROM
    ${rich},
    unnest(eventContext.tagContext.resourceTags) as rt
WHERE eventtime < '2099-01-01 00:00:00'
GROUP BY 1
ORDER BY 2 DESC;`);
    assert.equal(counted[0][0], 'prod');
    assert.deepEqual(
      await rowsOf(
        `SELECT element_at(eventContext.requestContext, 'aws:ViaAWSService') FROM ${rich} WHERE eventName = 'PutObject'`,
      ),
      [['false']],
    );
  });

  test('has the tags that a resource was made with', async () => {
    await lake('create-event-data-store', '--name', 'tagged', '--tags-list', 'Key=solution,Value=lake');
    const [event] = await textsOf(rich, "eventName = 'CreateEventDataStore' AND eventContext IS NOT NULL");
    const arn = event.responseElements.eventDataStoreArn;
    assert.deepEqual(event.eventContext.tagContext.resourceTags, [{ arn, tags: { solution: 'lake' } }]);
  });
});

describe('large events', () => {
  test('are whole in a store of large events, and cut elsewhere', async () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::x/*' };
    const names = Array.from({ length: 1_200 }, (_, at) => `${String(at).padStart(4, '0')}${'x'.repeat(96)}`);
    const query = `SELECT eventName FROM ${plain} WHERE ${names.map((name) => `eventName <> '${name}'`).join(' AND ')}`;
    assert.ok(query.length > 100 * 1024);
    const { code } = await cairn.aws(
      ...['athena', 'create-named-query', '--name', 'long', '--database', 'default'],
      ...['--query-string', file('long.sql', `${query} -- ${JSON.stringify(statement)}`)],
    );
    assert.equal(code, 0);
    const [large] = await textsOf(rich, "eventName = 'CreateNamedQuery'");
    const [cut] = await textsOf(plain, "eventName = 'CreateNamedQuery'");
    assert.ok(large.requestParameters.queryString.length > 100 * 1024);
    assert.equal(cut.requestParameters.omitted, true);
    assert.equal(large.eventID, cut.eventID);
  });
});

describe('an event configuration', () => {
  const put = (...args) => ['put-event-configuration', '--event-data-store', plain, ...args];
  const keys = (type, ...equals) => [
    '--max-event-size',
    'Large',
    '--context-key-selectors',
    file(`${type}.json`, [{ Type: type, Equals: equals }]),
  ];

  test('takes global condition keys alone, each once', async () => {
    for (const wrong of ['s3:prefix', 'aws:NoSuchKey', 'aws:PrincipalTag/'])
      assert.equal(await refusal(...put(...keys('RequestContext', wrong))), 'InvalidParameterException');
    const twice = keys('TagContext', 'a', 'a');
    assert.equal(await refusal(...put(...twice)), 'InvalidParameterException');
  });

  test('takes the permission to make the role for tags', async () => {
    const all = ['--event-data-store', plain, ...keys('TagContext', 'team')];
    const { code, stderr } = await cairn.awsWith(operator, 'cloudtrail', 'put-event-configuration', ...all);
    assert.notEqual(code, 0);
    assert.match(stderr, /InsufficientIAMAccessPermissionException/);
    const requestAlone = ['--event-data-store', plain, ...keys('RequestContext', 'aws:userid')];
    const asked = await cairn.awsWith(operator, 'cloudtrail', 'put-event-configuration', ...requestAlone);
    assert.equal(asked.code, 0, asked.stderr);
  });
});
