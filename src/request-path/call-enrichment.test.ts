// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Enrich CloudTrail events by adding resource tag keys and IAM global condition keys" (which keys
// and tags an event has, whose copy has them), "CloudTrail record contents …" (fields of events of up to 1 MB).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessNeed } from '../identity/access.js';
import type { LoggedRecord } from '../ports/event-log.js';
import type { EnrichmentDemand } from '../record/event-context.js';
import { recordBytesMax } from '../record/size-limits.js';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import type { Handler, Service } from '../services/service.js';
import { shareRecord } from '../services/share-record.js';
import { runCall } from './run-call.js';
import {
  accountId,
  dependencies,
  MemoryStores,
  serviceOf,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

const owner = '444455556666';
const keys = {
  requestKeys: ['aws:PrincipalType', 'aws:PrincipalTag/team', 'aws:SourceVpc', 'AWS:requestedregion'],
  tagKeys: ['stage'],
};
const arn = `arn:aws:cloudtrail:us-east-1:${accountId}:trail/a`;
const needed = (resource: string, more: Partial<AccessNeed> = {}): AccessNeed => ({
  action: 'cloudtrail:GetTrail',
  resource,
  context: { 'aws:ResourceTag/stage': 'prod', 'aws:ResourceTag/other': 'x' },
  ...more,
});

interface Scene {
  readonly handler?: Handler;
  readonly demands?: Readonly<Record<string, EnrichmentDemand>>;
  readonly name?: string;
  readonly input?: Record<string, unknown>;
  readonly resourceTags?: Service['resourceTags'];
}

async function recordsOf({ handler, demands, name = 'GetTrail', input, resourceTags }: Scene) {
  const stores = new MemoryStores();
  const { errors: _, ...deps } = dependencies(stores);
  const operation = cloudtrailModel.operations.get(name);
  assert.ok(operation !== undefined);
  const service = serviceOf(cloudtrailModel, { [name]: handler ?? (() => ({})) });
  const session = {
    tags: { team: 'audit' },
    issuedAtMs: 0,
    policies: [],
    policyArns: [],
  };
  const call = {
    service: resourceTags === undefined ? service : { ...service, resourceTags },
    operation,
    request: wireRequest(signedRequest({ service: 'cloudtrail' })),
    principal: { kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', session } as never,
    accountId,
    region: 'us-east-1',
    input: input ?? { Name: 'a' },
    refusal: undefined,
  };
  await runCall(call, {
    ...deps,
    ...(demands === undefined ? {} : { enrichments: { demandOf: (account) => demands[account] } }),
    onRecorded: () => {},
  });
  return stores.entries.flatMap(({ records }) => records);
}

const contextOf = ({ eventContext }: LoggedRecord) =>
  eventContext === undefined ? undefined : (JSON.parse(eventContext) as unknown);

describe('the context of a call', () => {
  const handler: Handler = (_input, call) => {
    call.authorize(needed(arn));
    return {};
  };

  test('is what is asked for: condition keys, tags of who calls and of what it is about', async () => {
    const [record] = await recordsOf({ handler, demands: { [accountId]: { ...keys, isLarge: true } } });
    assert.deepEqual(contextOf(record as LoggedRecord), {
      requestContext: { 'aws:PrincipalType': 'Account', 'AWS:requestedregion': 'us-east-1' },
      tagContext: {
        principalTags: { team: 'audit' },
        resourceTags: [{ arn, tags: { stage: 'prod' } }],
      },
    });
    assert.equal(JSON.parse((record as LoggedRecord).json).eventContext, undefined);
  });

  test('is not there when nobody asks, or only for large events', async () => {
    const nothing = { requestKeys: [], tagKeys: [], isLarge: true };
    for (const demands of [
      undefined,
      {},
      { [owner]: { ...keys, isLarge: true } },
      { [accountId]: nothing },
    ]) {
      const [record] = await recordsOf({ handler, ...(demands === undefined ? {} : { demands }) });
      assert.equal((record as LoggedRecord).eventContext, undefined);
      assert.equal((record as LoggedRecord).largeJson, undefined);
    }
  });

  test("of another account's copy has the tags of its own resources, and nothing of who called", async () => {
    const theirs = `arn:aws:cloudtrail:us-east-1:${owner}:trail/b`;
    const shared: Handler = (_input, call) => {
      call.decide(needed(arn));
      call.decide(needed(theirs, { resourceAccountId: owner }));
      shareRecord(call, owner);
      return {};
    };
    const demand = { ...keys, isLarge: false };
    const records = await recordsOf({ handler: shared, demands: { [accountId]: demand, [owner]: demand } });
    const tagsIn = (record: LoggedRecord | undefined) =>
      (contextOf(record as LoggedRecord) as { tagContext: { resourceTags: { arn: string }[] } }).tagContext
        .resourceTags;
    const [mine, other] = records;
    assert.deepEqual([mine?.accountId, other?.accountId], [accountId, owner]);
    assert.deepEqual(
      tagsIn(mine).map((each) => each.arn),
      [arn],
    );
    assert.deepEqual(contextOf(other as LoggedRecord), {
      requestContext: {},
      tagContext: { resourceTags: [{ arn: theirs, tags: { stage: 'prod' } }] },
    });
  });

  test('has the tags that something was made with, and those that a service knows of resources', async () => {
    const made = `${arn}-made`;
    const creating: Handler = (_input, call) => {
      const context = { 'aws:RequestTag/stage': 'new' };
      call.authorize({ action: 'cloudtrail:CreateTrail', resource: `${arn}-*`, context });
      call.audit.resources.push({ ARN: made }, { ARN: 'arn:aws:s3:::logs' });
      return {};
    };
    const [record] = await recordsOf({
      handler: creating,
      demands: { [accountId]: { requestKeys: [], tagKeys: ['stage'], isLarge: true } },
      resourceTags: (of) => (of === 'arn:aws:s3:::logs' ? { stage: 'bucket' } : undefined),
    });
    assert.deepEqual(contextOf(record as LoggedRecord), {
      requestContext: {},
      tagContext: {
        resourceTags: [
          { arn: made, tags: { stage: 'new' } },
          { arn: 'arn:aws:s3:::logs', tags: { stage: 'bucket' } },
        ],
      },
    });
  });
});

test('of a record that is cut, the whole goes with it where large events are taken', async () => {
  const input = { Name: 'x'.repeat(150 * 1024) };
  const demands = { [accountId]: { requestKeys: [], tagKeys: [], isLarge: true } };
  const [cut] = await recordsOf({ input, demands });
  assert.deepEqual(JSON.parse((cut as LoggedRecord).json).requestParameters.omitted, true);
  assert.equal(JSON.parse((cut as LoggedRecord).largeJson ?? '').requestParameters.name, input.Name);
  const [usual] = await recordsOf({ demands });
  assert.equal((usual as LoggedRecord).largeJson, undefined);
  const standard = { [accountId]: { requestKeys: [], tagKeys: [], isLarge: false } };
  const [small] = await recordsOf({ input, demands: standard });
  assert.equal((small as LoggedRecord).largeJson, undefined);
  const [huge] = await recordsOf({ input: { Name: 'x'.repeat(1_100_000) }, demands });
  assert.ok(((huge as LoggedRecord).largeJson ?? '').length < recordBytesMax);
});
