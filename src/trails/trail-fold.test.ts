// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Creating a trail for an organization" (an organization trail logs in every account of the
// organization, from when it is added until it is removed); a fold that is saved and read goes on as if it had not been.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateChange } from '../ports/state-store.js';
import { type TrailDocument, trailArn, trailKey } from './trail.js';
import { changesTrails, TrailFold } from './trail-fold.js';

const [management, member, outsider] = ['111111111111', '222222222222', '333333333333'];
const organizationId = 'o-exampleorgid';

function trail(name: string, accountId: string, change: Partial<TrailDocument> = {}): StateChange {
  const value: TrailDocument = {
    name,
    arn: trailArn(accountId, 'us-east-1', name),
    accountId,
    homeRegion: 'us-east-1',
    s3BucketName: 'logs',
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: true,
    isOrganizationTrail: change.organizationId !== undefined,
    logFileValidationEnabled: true,
    isLogging: true,
    createdAtMs: 1,
    tags: {},
    ...change,
  };
  return { key: trailKey(accountId, 'us-east-1', name), value };
}

function joins(accountId: string, organization = organizationId): StateChange {
  const value = { accountId, organizationId: organization, name: 'left out', email: 'left out' };
  return { key: `organization-member/${accountId}`, value };
}
const leaves = (accountId: string): StateChange => ({ key: `organization-member/${accountId}`, value: null });

const namesIn = (fold: TrailFold, accountId: string) =>
  fold.logging(accountId).map(({ arn }) => arn.split('/').at(-1));

test('an organization trail logs in its members, for as long as they are', () => {
  const fold = new TrailFold();
  fold.apply([trail('org', management, { organizationId }), trail('own', member)]);
  fold.apply([joins(management)]);
  assert.deepEqual(
    [management, member, outsider].map((id) => namesIn(fold, id)),
    [['org'], ['own'], []],
  );
  fold.apply([joins(member), joins(outsider, 'o-anotherone1')]);
  assert.deepEqual(
    [management, member, outsider].map((id) => namesIn(fold, id)),
    [['org'], ['org', 'own'], []],
  );
  fold.apply([leaves(member)]);
  assert.deepEqual(namesIn(fold, member), ['own']);
});

test('a list stays the same one until something changes', () => {
  const fold = new TrailFold();
  fold.apply([trail('org', management, { organizationId }), joins(member)]);
  const before = fold.logging(member);
  assert.equal(fold.logging(member), before);
  fold.apply([{ key: 'bucket/logs', value: {} }]);
  assert.equal(fold.logging(member), before);
  fold.apply([joins(outsider)]);
  assert.notEqual(fold.logging(member), before);
});

test('what is saved is small, and goes on as it was', () => {
  const fold = new TrailFold();
  fold.apply([trail('org', management, { organizationId }), joins(management), joins(member)]);
  const text = JSON.stringify(fold.save());
  assert.ok(!text.includes('left out'));
  const again = new TrailFold(JSON.parse(text));
  assert.deepEqual(again.logging(member), fold.logging(member));
  again.apply([leaves(member)]);
  assert.deepEqual([namesIn(again, member), namesIn(again, management)], [[], ['org']]);
});

test('a fold of an older version, without memberships, is read', () => {
  const fold = new TrailFold();
  fold.apply([trail('own', member)]);
  assert.deepEqual(namesIn(new TrailFold(JSON.parse(JSON.stringify(fold.save()))), member), ['own']);
});

test('memberships change trails', () => {
  assert.ok(changesTrails([joins(member)]));
  assert.ok(changesTrails([leaves(member)]));
  assert.ok(!changesTrails([{ key: 'organization/o-exampleorgid', value: {} }]));
});
