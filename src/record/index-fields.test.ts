// SPDX-License-Identifier: Apache-2.0
// Oracle: `indexFieldsSlow`, which reads records by JSON.parse, on recorded events and on made-up ones. What is derived
// from the parts (names, resources) has its own tests with recorded answers.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { seedOfRun } from '../testing/random.js';
import { categoryOf } from './event-category.js';
import { type IndexFields, indexFieldsOf, UnusableRecordError } from './index-fields.js';
import { readLogFile } from './log-file.js';
import { lookupResourcesOf, requestMembers, responseMembers } from './lookup-resources.js';
import type { MemberTable } from './member-table.js';
import { JsonSyntaxError } from './scan-json.js';
import { projectRoot } from './testing/recorded-events.js';
import type { JsonObject, JsonValue } from './types.js';
import { usernameOf } from './username.js';

const seed = seedOfRun();

function indexFieldsSlow(json: string): IndexFields {
  const record = JSON.parse(json) as JsonObject;
  const text = (of: JsonValue | undefined, name: string) => {
    const value = member(of, name);
    return typeof value === 'string' ? value : undefined;
  };
  const identity = member(record, 'userIdentity');
  const eventName = text(record, 'eventName') ?? text(member(record, 'insightDetails'), 'eventName') ?? '';
  const eventSource =
    text(record, 'eventSource') ?? text(member(record, 'insightDetails'), 'eventSource') ?? '';
  const flag = (name: string) => {
    const value = member(record, name);
    if (value === true || value === 'true') return 'true';
    return value === false || value === 'false' ? 'false' : undefined;
  };
  const reader = (side: string, table: MemberTable) => (id: number) =>
    member(member(record, side), table.names[id]!);
  const readOnly = flag('readOnly');
  const accessKeyId = text(identity, 'accessKeyId');
  const username = usernameOf({
    type: text(identity, 'type'),
    userName: text(identity, 'userName'),
    arn: text(identity, 'arn'),
    principalId: text(identity, 'principalId'),
    invokedBy: text(identity, 'invokedBy'),
    issuerName: text(member(member(identity, 'sessionContext'), 'sessionIssuer'), 'userName'),
    onBehalfOf: text(member(identity, 'onBehalfOf'), 'userId'),
  });
  return {
    eventId: text(record, 'eventID') || uuidOf(json),
    eventTimeMs: Date.parse(text(record, 'eventTime')!),
    eventName,
    eventSource,
    region: text(record, 'awsRegion') || (eventSource === 'iam.amazonaws.com' ? 'us-east-1' : ''),
    category: categoryOf({
      eventCategory: text(record, 'eventCategory'),
      eventType: text(record, 'eventType'),
      managementEvent: flag('managementEvent'),
      eventSource,
      eventName,
    }),
    ...(readOnly && { readOnly }),
    ...(username && { username }),
    ...(accessKeyId && { accessKeyId }),
    resources: lookupResourcesOf({
      eventSource,
      eventName,
      request: reader('requestParameters', requestMembers),
      response: reader('responseElements', responseMembers),
      recordResources: () => member(record, 'resources'),
    }),
  };
}

function member(of: JsonValue | undefined, name: string): JsonValue | undefined {
  return typeof of === 'object' && of !== null && !Array.isArray(of) && Object.hasOwn(of, name)
    ? of[name]
    : undefined;
}

function uuidOf(json: string): string {
  const hex = createHash('sha256').update(json).digest('hex').slice(0, 32);
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function checkFolder(folder: string): { records: number; ids: number; rejected: number } {
  const ids = new Set<string>();
  let records = 0;
  let rejected = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(json|gz)$/.test(entry.name)) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const file = readLogFile(entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    rejected += file.rejectedCount;
    for (const { json, fields } of file.records) {
      assert.deepEqual(fields, indexFieldsSlow(json), entry.name);
      assert.deepEqual(indexFieldsOf(json), fields);
      ids.add(fields.eventId);
      records++;
    }
  }
  return { records, ids: ids.size, rejected };
}

describe(`index fields (seed ${seed})`, () => {
  test('of all recorded events of the project are those that JSON.parse gives', () => {
    const { records, rejected } = checkFolder(join(projectRoot(), 'fixtures/cloudtrail'));
    assert.ok(records > 300);
    assert.equal(rejected, 0);
  });

  const shared = join(projectRoot(), '../shared/data/cloudtrail');
  test('of the large collection too: 4,373 events, 4,371 of them different', (t) => {
    if (!existsSync(shared)) return t.skip('the large collection is not beside this checkout');
    assert.deepEqual(checkFolder(shared), { records: 4373, ids: 4371, rejected: 0 });
  });

  test('of made-up records are those that JSON.parse gives', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', 'x:y', 'arn:aws:sts::1:assumed-role/r/s', 'é"\\', 'us-east-1', 'true', 'Data'),
      fc.string({ unit: 'grapheme' }),
    );
    const any = fc.oneof(
      text,
      fc.constantFrom(null, true, false, 7),
      fc.array(text, { maxLength: 2 }),
      fc.dictionary(text, text, { maxKeys: 2 }),
    );
    const optional = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });
    const identityType = fc.constantFrom(
      'Root',
      'IAMUser',
      'AssumedRole',
      'FederatedUser',
      'AWSService',
      'AWSAccount',
      'IdentityCenterUser',
      'Else',
    );
    const identity = fc.record(
      {
        type: fc.oneof(identityType, any),
        userName: any,
        arn: any,
        principalId: any,
        accessKeyId: any,
        invokedBy: any,
        sessionContext: fc.oneof(
          any,
          fc.record({ sessionIssuer: fc.oneof(any, fc.record({ userName: any })) }),
        ),
        onBehalfOf: fc.oneof(any, fc.record({ userId: any })),
      },
      { requiredKeys: [] },
    );
    const record = fc.record({
      eventTime: fc.constant('2026-11-21T10:00:00Z'),
      eventSource: optional(
        fc.oneof(
          fc.constantFrom('s3.amazonaws.com', 'ec2.amazonaws.com', 'iam.amazonaws.com', 'sts.amazonaws.com'),
          any,
        ),
      ),
      eventName: optional(fc.oneof(fc.constantFrom('GetObject', 'RunInstances', 'CreateUser'), any)),
      awsRegion: optional(any),
      userIdentity: optional(fc.oneof(identity, any)),
      requestParameters: optional(
        fc.oneof(
          any,
          fc.record({
            bucketName: any,
            userName: any,
            instancesSet: fc.record({ items: fc.array(fc.record({ instanceId: any })) }),
          }),
        ),
      ),
      responseElements: optional(
        fc.oneof(any, fc.record({ user: any, credentials: fc.record({ accessKeyId: any }) })),
      ),
      resources: optional(fc.oneof(any, fc.array(fc.record({ ARN: any, type: any })))),
      readOnly: optional(any),
      managementEvent: optional(any),
      eventCategory: optional(any),
      eventType: optional(any),
      eventID: optional(any),
      insightDetails: optional(fc.record({ eventName: any, eventSource: any })),
    });
    fc.assert(
      fc.property(record, (one) => {
        const json = JSON.stringify(one);
        assert.deepEqual(indexFieldsOf(json), indexFieldsSlow(json));
      }),
      { seed, numRuns: 1500 },
    );
  });

  test('a record without eventID gets the same id each time, however it is spaced', () => {
    const record = { eventTime: '2026-11-21T10:00:00Z', eventName: 'X' };
    const id = indexFieldsOf(JSON.stringify(record)).eventId;
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(indexFieldsOf(JSON.stringify(record, null, 2)).eventId, id);
    assert.notEqual(indexFieldsOf(JSON.stringify({ ...record, eventName: 'Y' })).eventId, id);
  });

  const categories: [string, JsonObject, string][] = [
    ['as it says', { eventCategory: 'NetworkActivity' }, 'NetworkActivity'],
    ['Insight by type', { eventType: 'AwsCloudTrailInsight' }, 'Insight'],
    ['network activity by type', { eventType: 'AwsVpceEvent' }, 'NetworkActivity'],
    ['data by managementEvent', { managementEvent: false }, 'Data'],
    [
      'management by managementEvent',
      { managementEvent: true, eventSource: 's3.amazonaws.com', eventName: 'GetObject' },
      'Management',
    ],
    [
      'an old S3 object call',
      { eventVersion: '1.05', eventSource: 's3.amazonaws.com', eventName: 'PutObject' },
      'Data',
    ],
    [
      'an old S3 bucket call',
      { eventVersion: '1.05', eventSource: 's3.amazonaws.com', eventName: 'CreateBucket' },
      'Management',
    ],
    [
      'an old Lambda call',
      { eventVersion: '1.06', eventSource: 'lambda.amazonaws.com', eventName: 'Invoke' },
      'Data',
    ],
    [
      'anything else old',
      { eventVersion: '1.03', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser' },
      'Management',
    ],
  ];
  for (const [title, members, expected] of categories) {
    test(`category: ${title}`, () => {
      assert.equal(
        indexFieldsOf(JSON.stringify({ eventTime: '2017-01-01T00:00:00Z', ...members })).category,
        expected,
      );
    });
  }

  test('regions that nobody named', () => {
    const regionOf = (eventSource: string) =>
      indexFieldsOf(JSON.stringify({ eventTime: '2017-01-01T00:00:00Z', eventSource })).region;
    assert.equal(regionOf('iam.amazonaws.com'), 'us-east-1');
    assert.equal(regionOf('ec2.amazonaws.com'), '');
  });

  test('what is no record throws', () => {
    assert.throws(
      () => indexFieldsOf('{"eventName":"X"}'),
      new UnusableRecordError('the record has no eventTime'),
    );
    assert.throws(() => indexFieldsOf('{"eventTime":"now"}'), /eventTime is no ISO 8601 time: "now"/);
    assert.throws(() => indexFieldsOf('[]'), JsonSyntaxError);
    assert.throws(() => indexFieldsOf('{"eventTime":"2017-01-01T00:00:00Z"} x'), JsonSyntaxError);
  });
});
