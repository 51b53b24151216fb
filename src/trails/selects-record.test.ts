// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "CloudTrail concepts" (multi-Region and single-Region trails, global service events) and "Managing
// trails with the AWS CLI" ("If the trail applies only to one Region, only events in that Region are logged").
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoggedRecord } from '../ports/event-log.js';
import { readBasicSelectors } from './selectors/basic-selectors.js';
import type { TrailSelectors } from './selectors/trail-selectors.js';
import { matchedRegionsMax, selectingTrails } from './selects-record.js';
import type { TrailRoute } from './trail-fold.js';

const accountId = '111122223333';

function trail(more: Partial<TrailRoute> = {}): TrailRoute {
  return {
    arn: `arn:aws:cloudtrail:eu-west-1:${accountId}:trail/t`,
    accountId,
    homeRegion: 'eu-west-1',
    createdAtMs: 1,
    bucket: 'logs',
    isMultiRegion: false,
    includeGlobal: true,
    isLogging: true,
    ...more,
  };
}

function record(
  eventSource: string,
  region: string,
  category: LoggedRecord['category'] = 'Management',
): LoggedRecord {
  return { accountId, region, category, json: JSON.stringify({ eventSource, readOnly: true }) };
}

const writes: TrailSelectors = {
  kind: 'basic',
  selectors: readBasicSelectors([{ ReadWriteType: 'WriteOnly' }]),
};
const objects: TrailSelectors = {
  kind: 'basic',
  selectors: readBasicSelectors([
    { IncludeManagementEvents: false, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] },
  ]),
};
const usEast = { homeRegion: 'us-east-1' };
const everywhere = { isMultiRegion: true };

describe('a record goes to a trail', () => {
  for (const [name, route, given, expected] of [
    ['of its Region', trail(), record('ec2.amazonaws.com', 'eu-west-1'), true],
    ['not of another Region', trail(), record('ec2.amazonaws.com', 'eu-central-1'), false],
    [
      'not of another account',
      trail({ accountId: '444455556666', ...everywhere }),
      record('ec2.amazonaws.com', 'eu-west-1'),
      false,
    ],
    ['of every Region', trail(everywhere), record('ec2.amazonaws.com', 'eu-central-1'), true],
    ['global events: of every Region', trail(everywhere), record('iam.amazonaws.com', 'us-east-1'), true],
    ['global events: not elsewhere', trail(), record('iam.amazonaws.com', 'us-east-1'), false],
    ['global events: in us-east-1', trail(usEast), record('iam.amazonaws.com', 'us-east-1'), true],
    [
      'global events: not where they are not wanted',
      trail({ ...usEast, includeGlobal: false }),
      record('iam.amazonaws.com', 'us-east-1'),
      false,
    ],
    [
      'STS in us-east-1: not where global ones are not wanted',
      trail({ ...usEast, includeGlobal: false }),
      record('sts.amazonaws.com', 'us-east-1'),
      false,
    ],
    [
      'STS elsewhere is regional',
      trail({ includeGlobal: false }),
      record('sts.amazonaws.com', 'eu-west-1'),
      true,
    ],
    [
      'others stay where global ones are not wanted',
      trail({ ...usEast, includeGlobal: false }),
      record('ec2.amazonaws.com', 'us-east-1'),
      true,
    ],
    ['no data events by default', trail(everywhere), record('s3.amazonaws.com', 'eu-west-1', 'Data'), false],
    [
      'no network activity by default',
      trail(everywhere),
      record('s3.amazonaws.com', 'eu-west-1', 'NetworkActivity'),
      false,
    ],
    [
      'selectors: not what they leave out',
      trail({ ...everywhere, selectors: writes }),
      record('ec2.amazonaws.com', 'eu-west-1'),
      false,
    ],
    [
      'selectors: data events of every Region',
      trail({ ...everywhere, selectors: objects }),
      record('s3.amazonaws.com', 'us-west-2', 'Data'),
      true,
    ],
    [
      'selectors: data events of its Region',
      trail({ selectors: objects }),
      record('s3.amazonaws.com', 'eu-west-1', 'Data'),
      true,
    ],
    [
      'selectors: no data events of other Regions',
      trail({ selectors: objects }),
      record('s3.amazonaws.com', 'us-west-2', 'Data'),
      false,
    ],
    [
      'selectors: no management events then',
      trail({ ...everywhere, selectors: objects }),
      record('s3.amazonaws.com', 'eu-west-1'),
      false,
    ],
  ] as const) {
    test(name, () => assert.deepEqual(selectingTrails([route], given), expected ? [route] : []));
  }
});

describe('trails of an account at once', () => {
  const arn = (name: string) => `arn:aws:cloudtrail:eu-west-1:${accountId}:trail/${name}`;
  const one = trail({ arn: arn('one') });
  const all = trail({ arn: arn('all'), ...everywhere });
  const local = trail({ arn: arn('local'), ...usEast, includeGlobal: false });
  const some = trail({ arn: arn('some'), ...everywhere, selectors: writes });
  const routes = [one, all, local, some];

  test('each by its own Regions and selectors, in their order', () => {
    assert.deepEqual(selectingTrails(routes, record('ec2.amazonaws.com', 'eu-west-1')), [one, all]);
    assert.deepEqual(selectingTrails(routes, record('ec2.amazonaws.com', 'us-east-1')), [all, local]);
    assert.deepEqual(selectingTrails(routes, record('iam.amazonaws.com', 'us-east-1')), [all]);
    const write = { ...record('ec2.amazonaws.com', 'eu-west-1'), json: '{"readOnly":false}' };
    assert.deepEqual(selectingTrails(routes, write), [one, all, some]);
  });

  test('a record that was made for one trail goes to no other, and not to one of the same name', () => {
    const made = { ...record('s3.amazonaws.com', 'us-west-2', 'Aggregated'), forTrail: `${arn('one')}@1` };
    assert.deepEqual(selectingTrails(routes, made), [one]);
    assert.deepEqual(selectingTrails([{ ...one, createdAtMs: 2 }], made), []);
  });

  test('other lists of the same trails, and changed ones', () => {
    const given = record('ec2.amazonaws.com', 'eu-west-1');
    assert.deepEqual(selectingTrails([...routes], given), [one, all]);
    assert.deepEqual(selectingTrails([one, some], given), [one]);
    const changed = { ...some, selectors: undefined as never };
    assert.deepEqual(selectingTrails([one, changed], given), [one, changed]);
    assert.deepEqual(selectingTrails([], given), []);
  });

  test('more Regions than there are', () => {
    for (let i = 0; i < matchedRegionsMax * 2 + 10; i++)
      assert.deepEqual(selectingTrails(routes, record('ec2.amazonaws.com', `region-${i}`)), [all]);
    assert.deepEqual(selectingTrails(routes, record('ec2.amazonaws.com', 'eu-west-1')), [one, all]);
  });
});
