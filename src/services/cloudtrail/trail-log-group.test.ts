// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "CreateTrail" (CloudWatchLogsRoleArn: the role that the log group's endpoint assumes);
// CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RoleDocument, roleKey } from '../../identity/iam-documents.js';
import { trailRole } from '../../identity/testing/role-document.js';
import { logGroupKey } from '../../log-groups/log-group.js';
import type { TrailDocument } from '../../trails/trail.js';
import { fakeCall, MemoryCallState, testAccountId } from '../testing/call.js';
import { verifyTrailLogGroup } from './trail-log-group.js';

const groupArn = `arn:aws:logs:us-east-1:${testAccountId}:log-group:CloudTrail/logs:*`;
const roleArn = `arn:aws:iam::${testAccountId}:role/r`;
const trail = {
  arn: `arn:aws:cloudtrail:us-east-1:${testAccountId}:trail/t`,
  accountId: testAccountId,
  homeRegion: 'us-east-1',
} as TrailDocument;

function refusal(role: RoleDocument | undefined, hasGroup = true): string | undefined {
  const state = new MemoryCallState();
  if (role !== undefined) state.put(roleKey(role.accountId, role.roleName), role);
  if (hasGroup) state.put(logGroupKey(testAccountId, 'us-east-1', 'CloudTrail/logs'), { id: 'g' });
  try {
    verifyTrailLogGroup(groupArn, roleArn, trail, fakeCall({ state }));
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const noTrust = 'InvalidCloudWatchLogsRoleArnException';
const noPermission = 'InvalidCloudWatchLogsLogGroupArnException';
const allowing = (more: object) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
  ...more,
});
const trusting = (more: object) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'sts:AssumeRole',
  ...more,
});
const role = (change: Parameters<typeof trailRole>[2] = {}) => trailRole(testAccountId, 'r', change);

const cases: [what: string, role: RoleDocument | undefined, expected: string | undefined][] = [
  ['the role of the guide', role(), undefined],
  ['no such role', undefined, noTrust],
  ['a role of another path', { ...role(), path: '/service/' }, noTrust],
  [
    'a role that trusts somebody else',
    role({ trust: trusting({ Principal: { Service: 'ec2.amazonaws.com' } }) }),
    noTrust,
  ],
  [
    'a role that trusts CloudTrail for another trail',
    role({ trust: trusting({ Condition: { StringEquals: { 'aws:SourceArn': `${trail.arn}2` } } }) }),
    noTrust,
  ],
  [
    'a role that trusts CloudTrail for this trail',
    role({ trust: trusting({ Condition: { StringEquals: { 'aws:SourceArn': trail.arn } } }) }),
    undefined,
  ],
  [
    'a role that trusts CloudTrail for this account',
    role({ trust: trusting({ Condition: { StringEquals: { 'aws:SourceAccount': testAccountId } } }) }),
    undefined,
  ],
  [
    'a role that may put events and make no stream',
    role({ permissions: allowing({ Action: 'logs:PutLogEvents' }) }),
    noPermission,
  ],
  [
    'a role for another group',
    role({ permissions: allowing({ Resource: groupArn.replace('logs:*', 'other:*') }) }),
    noPermission,
  ],
  ['a role for all of the group', role({ permissions: allowing({ Resource: groupArn }) }), undefined],
  [
    'a role that is denied',
    role({ permissions: [allowing({}), { Effect: 'Deny', Action: 'logs:*', Resource: '*' }] }),
    noPermission,
  ],
];

describe('the role of a log group', () => {
  for (const [what, given, expected] of cases)
    test(`${what}: ${expected ?? 'taken'}`, () => assert.equal(refusal(given), expected));

  test('a group that is not there is denied like one that may not be used', () =>
    assert.equal(refusal(role(), false), noPermission));
});
