// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracles: the words of IAM's own answers as its users quote them ("MalformedPolicyDocument: …"); IAM User Guide, "Grammar of the
// IAM JSON policy language", "IAM JSON policy elements: Sid", "… Version", "… Resource", "… Principal"; Organizations User Guide,
// "SCP syntax" (the full language since September 2025); the documents of AWS's own managed policies, which must all pass.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listManagedPolicies } from '../managed-policies/find-managed-policy.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import { type PolicyKind, parsePolicy } from './parse-policy.js';
import { accountId, type Fields, policyText } from './testing/policy-scene.js';

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const trust = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
const without = (fields: Fields, name: string) => {
  const { [name]: _, ...rest } = fields;
  return rest;
};

/** The reason for which a document is refused; undefined when it is taken. */
function refusal(text: string, kind: PolicyKind): string | undefined {
  try {
    parsePolicy(text, kind);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPolicyError) return error.message;
    throw error;
  }
}

const syntax = 'Syntax errors in policy.';
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const legacy = 'The policy failed legacy parsing';
const json = 'This policy contains invalid Json';

const identityCases: [what: string, text: string, reason: string | undefined][] = [
  ['a good one', policyText(good), undefined],
  ['leading blanks', `\n  ${policyText(good)}`, undefined],
  ['one statement, not in a list', `{"Version":"2012-10-17","Statement":${JSON.stringify(good)}}`, undefined],
  ['no JSON', '{', json],
  ['nothing', '', json],
  ['a list', '[]', syntax],
  ['null', 'null', syntax],
  ['no statement', '{"Version":"2012-10-17"}', syntax],
  ['an empty list of statements', '{"Version":"2012-10-17","Statement":[]}', syntax],
  ['an unknown element', `{"Version":"2012-10-17","Other":1,"Statement":${JSON.stringify(good)}}`, syntax],
  ['an unknown element in a statement', policyText({ ...good, Actions: 'x' }), syntax],
  [
    'no version',
    JSON.stringify({ Statement: good }),
    'Policy document must be version 2012-10-17 or greater.',
  ],
  [
    'the old version',
    JSON.stringify({ Version: '2008-10-17', Statement: good }),
    'Policy document must be version 2012-10-17 or greater.',
  ],
  ['an unknown version', JSON.stringify({ Version: '2012-10-18', Statement: good }), syntax],
  ['no effect', policyText(without(good, 'Effect')), syntax],
  ['an effect in lower case', policyText({ ...good, Effect: 'allow' }), legacy],
  ['a principal', policyText({ ...good, Principal: '*' }), 'Policy document should not specify a principal.'],
  [
    'NotPrincipal',
    policyText({ ...good, NotPrincipal: '*' }),
    'Policy document should not specify a principal.',
  ],
  ['no action', policyText(without(good, 'Action')), 'Policy statement must contain actions.'],
  ['an empty list of actions', policyText({ ...good, Action: [] }), 'Policy statement must contain actions.'],
  ['both Action and NotAction', policyText({ ...good, NotAction: 's3:*' }), syntax],
  ['an action without its service', policyText({ ...good, Action: 'GetObject' }), vendor],
  [
    'two colons',
    policyText({ ...good, Action: 's3:Get:Object' }),
    'Actions/Condition can contain only one colon.',
  ],
  ['a service with a blank', policyText({ ...good, Action: 's 3:Get' }), 'Vendor s 3 is not valid'],
  ['an action that is a number', policyText({ ...good, Action: 3 }), syntax],
  ['every action', policyText({ ...good, Action: '*' }), undefined],
  ['no resource', policyText(without(good, 'Resource')), 'Policy statement must contain resources.'],
  [
    'an empty list of resources',
    policyText({ ...good, Resource: [] }),
    'Policy statement must contain resources.',
  ],
  ['both Resource and NotResource', policyText({ ...good, NotResource: '*' }), syntax],
  [
    'a resource that is no ARN',
    policyText({ ...good, Resource: 'bucket' }),
    'Resource bucket must be in ARN format or "*".',
  ],
  [
    'a partition that is none',
    policyText({ ...good, Resource: 'arn:azure:s3:::bucket' }),
    'Partition "azure" is not valid for resource "arn:azure:s3:::bucket".',
  ],
  [
    'an ARN without a service',
    policyText({ ...good, Resource: 'arn:aws' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [
    'a bucket in a Region',
    policyText({ ...good, Resource: 'arn:aws:s3:us-east-1::b' }),
    'Resource arn:aws:s3:us-east-1::b can not contain region information.',
  ],
  [
    'a user in a Region',
    policyText({ ...good, Resource: `arn:aws:iam:us-east-1:${accountId}:user/x` }),
    `IAM resource arn:aws:iam:us-east-1:${accountId}:user/x cannot contain region information.`,
  ],
  ['the root (AssumeRoot)', policyText({ ...good, Resource: 'arn:aws:iam::*:root' }), undefined],
  ['a variable', policyText({ ...good, Resource: 'arn:aws:s3:::b/${aws:username}/*' }), undefined],
  [
    'two Sids alike',
    policyText({ ...good, Sid: 'A' }, { ...good, Sid: 'A' }),
    'Statement IDs (SID) in a single policy must be unique.',
  ],
  ['empty Sids', policyText({ ...good, Sid: '' }, { ...good, Sid: '' }), undefined],
  [
    'a Sid with a dash',
    policyText({ ...good, Sid: 'a-b' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  ['an unknown operator', policyText({ ...good, Condition: { StringIs: { 'aws:x': 'y' } } }), syntax],
  [
    'a condition key without its service',
    policyText({ ...good, Condition: { StringEquals: { x: 'y' } } }),
    vendor,
  ],
  ['a number that is none', policyText({ ...good, Condition: { NumericEquals: { 'aws:x': 'y' } } }), syntax],
  [
    'a key twice in one object',
    `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}`,
    syntax,
  ],
  [
    'nested like nothing',
    `{"Version":"2012-10-17","Statement":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    syntax,
  ],
];
describe('identity policies', () => {
  for (const [what, text, reason] of identityCases)
    test(`${what}: ${reason ?? 'taken'}`, () => assert.equal(refusal(text, 'identity'), reason));
});

const trustCases: [what: string, statement: Fields, reason: string | undefined][] = [
  ['a good one', trust, undefined],
  ['a resource', { ...trust, Resource: '*' }, 'Has prohibited field Resource'],
  ['no principal', without(trust, 'Principal'), 'Missing required field Principal'],
  [
    'another action',
    { ...trust, Action: 's3:GetObject' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    'an STS action that is none',
    { ...trust, Action: 'sts:TagSessions' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    'actions that go with it',
    { ...trust, Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] },
    undefined,
  ],
  ['all of STS', { ...trust, Action: 'sts:*' }, undefined],
  ['all actions', { ...trust, Action: '*' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
  [
    'a principal that is none',
    { ...trust, Principal: { AWS: 'x' } },
    'Invalid principal in policy: "AWS":"x"',
  ],
  [
    'part of a name',
    { ...trust, Principal: { AWS: `arn:aws:iam::${accountId}:user/j*` } },
    `Invalid principal in policy: "AWS":"arn:aws:iam::${accountId}:user/j*"`,
  ],
  ['a service', { ...trust, Principal: { Service: 'cloudtrail.amazonaws.com' } }, undefined],
  [
    'a provider',
    { ...trust, Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
    undefined,
  ],
  [
    'everybody but one is allowed',
    { ...without(trust, 'Principal'), NotPrincipal: { AWS: accountId } },
    'Allow with NotPrincipal is not allowed.',
  ],
];
describe('trust policies', () => {
  for (const [what, statement, reason] of trustCases)
    test(`${what}: ${reason ?? 'taken'}`, () =>
      assert.equal(refusal(policyText(statement), 'trust'), reason));
  test('the old version is taken', () => {
    assert.equal(refusal(JSON.stringify({ Version: '2008-10-17', Statement: trust }), 'trust'), undefined);
  });
});

describe('service control policies: the whole language, one refusal', () => {
  const refused = 'The provided policy document does not meet the requirements of the specified policy type.';
  const cases: [what: string, statement: Fields, reason: string | undefined][] = [
    [
      'Allow with a condition',
      { ...good, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      undefined,
    ],
    ['Allow of resources', { ...good, Resource: 'arn:aws:s3:::b/*' }, undefined],
    ['NotAction with Allow', { ...without(good, 'Action'), NotAction: 'iam:*' }, undefined],
    ['NotResource', { ...without(good, 'Resource'), NotResource: 'arn:aws:s3:::b' }, undefined],
    ['wildcards within an action', { ...good, Action: 's3:*Object*' }, undefined],
    ['a principal', { ...good, Principal: '*' }, refused],
    ['no resource', without(good, 'Resource'), refused],
  ];
  for (const [what, statement, reason] of cases)
    test(`${what}: ${reason ?? 'taken'}`, () => assert.equal(refusal(policyText(statement), 'scp'), reason));
});

test('session policies name no principal', () => {
  assert.equal(refusal(policyText(good), 'session'), undefined);
  assert.equal(
    refusal(policyText({ ...good, Principal: '*' }), 'session'),
    'Policy document should not specify a principal.',
  );
});

test('resource policies keep the words of S3, and refuse a key that stands twice', () => {
  const statement = `{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`;
  assert.equal(refusal(`{"Statement":[${statement}]}`, 'resource'), 'Duplicate field Effect');
});

describe('what AWS itself writes passes', () => {
  for (const { policyName, document } of listManagedPolicies())
    test(policyName, () => assert.equal(refusal(document, 'identity'), undefined));
});
