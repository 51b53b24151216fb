// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: policies and verdicts of the AWS documentation (page named with each), and laws that every evaluation must
// keep ("a Deny wins", "the order does not matter") on random policies.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Principal } from '../principal.js';
import { type AccessRequest, evaluate } from './evaluate.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';

const accountId = '111122223333';
const root: Principal = { kind: 'root', accountId, accessKeyId: 'AKID' };
const stranger: Principal = { kind: 'root', accountId: '444455556666', accessKeyId: 'AKID2' };
const anonymous: Principal = { kind: 'anonymous' };
const cloudtrail: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

const policyOf = (...statements: object[]): Policy =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'resource');

function decide(policies: Policy | readonly Policy[], request: Partial<AccessRequest>): string {
  const list = 'statements' in policies ? [policies] : policies;
  const whole = { principal: root, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', ...request };
  return evaluate(whole, list).decision;
}

describe('CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"', () => {
  const trail = `arn:aws:cloudtrail:us-east-1:${accountId}:trail/my-trail`;
  const policy = policyOf(
    {
      Sid: 'AWSCloudTrailAclCheck20150319',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:GetBucketAcl',
      Resource: 'arn:aws:s3:::amzn-s3-demo-bucket',
      Condition: { StringEquals: { 'aws:SourceArn': trail } },
    },
    {
      Sid: 'AWSCloudTrailWrite20150319',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::amzn-s3-demo-bucket/logs/AWSLogs/${accountId}/*`,
      Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trail } },
    },
  );
  const aclCheck: AccessRequest = {
    principal: cloudtrail,
    action: 's3:GetBucketAcl',
    resource: 'arn:aws:s3:::amzn-s3-demo-bucket',
    context: { 'aws:SourceArn': trail, 'aws:SourceAccount': accountId },
  };
  const context = { ...aclCheck.context, 's3:x-amz-acl': 'bucket-owner-full-control' };
  const write: AccessRequest = {
    principal: cloudtrail,
    action: 's3:PutObject',
    resource: `arn:aws:s3:::amzn-s3-demo-bucket/logs/AWSLogs/${accountId}/CloudTrail/us-east-1/2026/11/21/x.json.gz`,
    context,
  };

  test('the trail may look at the ACL and write', () => {
    const answer = evaluate(aclCheck, [policy]);
    assert.equal(answer.decision === 'allow' && answer.statement.sid, 'AWSCloudTrailAclCheck20150319');
    assert.equal(answer.decision === 'allow' && answer.grantedTo, 'named');
    const written = evaluate(write, [policy]);
    assert.equal(written.decision === 'allow' && written.statement.sid, 'AWSCloudTrailWrite20150319');
  });
  const others: [what: string, change: Partial<AccessRequest>][] = [
    ['another trail', { context: { ...context, 'aws:SourceArn': `${trail}2` } }],
    ['no source ARN', { context: { 's3:x-amz-acl': 'bucket-owner-full-control' } }],
    ['another ACL', { context: { ...context, 's3:x-amz-acl': 'private' } }],
    ['no ACL', { context: aclCheck.context ?? {} }],
    ['another prefix', { resource: `arn:aws:s3:::amzn-s3-demo-bucket/AWSLogs/${accountId}/x` }],
    ['another account', { resource: 'arn:aws:s3:::amzn-s3-demo-bucket/logs/AWSLogs/444455556666/x' }],
    ['another action', { action: 's3:DeleteObject' }],
    ['another service', { principal: { kind: 'service', service: 'config.amazonaws.com' } }],
    ['an account', { principal: stranger }],
    ['nobody', { principal: anonymous }],
  ];
  for (const [what, change] of others) {
    test(`not for ${what}`, () =>
      assert.equal(evaluate({ ...write, ...change }, [policy]).decision, 'implicitDeny'));
  }
});

describe('S3 User Guide, "Examples of Amazon S3 bucket policies"', () => {
  const everything = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' };
  test('only from certain addresses', () => {
    const policy = policyOf(everything, {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    });
    assert.equal(decide(policy, { context: { 'aws:SourceIp': '192.0.2.77' } }), 'allow');
    assert.equal(decide(policy, { context: { 'aws:SourceIp': '203.0.113.1' } }), 'explicitDeny');
  });
  test('only by TLS', () => {
    const policy = policyOf(everything, {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    assert.equal(decide(policy, { context: { 'aws:SecureTransport': 'true' } }), 'allow');
    assert.equal(decide(policy, { context: { 'aws:SecureTransport': 'false' } }), 'explicitDeny');
  });
  test('public read of objects, and of nothing else', () => {
    const policy = policyOf({
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: 'arn:aws:s3:::b/*',
    });
    for (const principal of [root, stranger, anonymous, cloudtrail]) {
      assert.equal(decide(policy, { principal }), 'allow');
      assert.equal(decide(policy, { principal, action: 's3:PutObject' }), 'implicitDeny');
      assert.equal(decide(policy, { principal, resource: 'arn:aws:s3:::b' }), 'implicitDeny');
      assert.equal(decide(policy, { principal, resource: 'arn:aws:s3:::B/k' }), 'implicitDeny');
    }
  });
  test('only within the own prefix', () => {
    const policy = policyOf({
      Effect: 'Allow',
      Principal: { AWS: accountId },
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::b',
      Condition: { StringLike: { 's3:prefix': ['home/${aws:PrincipalAccount}/*', ''] } },
    });
    const list = { action: 's3:ListBucket', resource: 'arn:aws:s3:::b' };
    assert.equal(decide(policy, { ...list, context: { 's3:prefix': `home/${accountId}/x` } }), 'allow');
    assert.equal(decide(policy, { ...list, context: { 's3:prefix': '' } }), 'allow');
    assert.equal(
      decide(policy, { ...list, context: { 's3:prefix': 'home/444455556666/x' } }),
      'implicitDeny',
    );
  });
  test('uploads must be encrypted', () => {
    const policy = policyOf(everything, {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' } },
    });
    const key = {
      's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:111122223333:key/k',
    };
    assert.equal(decide(policy, { action: 's3:PutObject' }), 'explicitDeny');
    assert.equal(decide(policy, { action: 's3:PutObject', context: key }), 'allow');
  });
});

describe('principals', () => {
  const forPrincipal = (Principal: unknown) =>
    policyOf({ Effect: 'Allow', Principal, Action: '*', Resource: '*' });
  const cases: [principal: unknown, who: Principal, decision: string][] = [
    ['*', anonymous, 'allow'],
    [{ AWS: '*' }, anonymous, 'allow'],
    [{ AWS: accountId }, root, 'allow'],
    [{ AWS: `arn:aws:iam::${accountId}:root` }, root, 'allow'],
    [{ AWS: ['444455556666', accountId] }, root, 'allow'],
    [{ AWS: accountId }, stranger, 'implicitDeny'],
    [{ AWS: accountId }, anonymous, 'implicitDeny'],
    [{ AWS: accountId }, cloudtrail, 'implicitDeny'],
    [{ AWS: `arn:aws:iam::${accountId}:user/root` }, root, 'implicitDeny'],
    [{ Service: 'cloudtrail.amazonaws.com' }, cloudtrail, 'allow'],
    [{ Service: 'cloudtrail.amazonaws.com' }, root, 'implicitDeny'],
    [{ AWS: accountId, Service: 'cloudtrail.amazonaws.com' }, cloudtrail, 'allow'],
    [{ Federated: 'graph.facebook.com' }, root, 'implicitDeny'],
    [{ CanonicalUser: 'a'.repeat(64) }, root, 'implicitDeny'],
  ];
  for (const [principal, who, decision] of cases) {
    test(`${JSON.stringify(principal)} for ${JSON.stringify(who)}: ${decision}`, () => {
      assert.equal(decide(forPrincipal(principal), { principal: who }), decision);
    });
  }
  test('a canonical user', () => {
    const canonicalUserId = 'a'.repeat(64);
    assert.equal(decide(forPrincipal({ CanonicalUser: canonicalUserId }), { canonicalUserId }), 'allow');
  });
  test('everybody but one ("AWS JSON policy elements: NotPrincipal")', () => {
    const deny = { Effect: 'Deny', NotPrincipal: { AWS: accountId }, Action: '*', Resource: '*' };
    const policy = policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }, deny);
    assert.equal(decide(policy, {}), 'allow');
    for (const principal of [stranger, anonymous, cloudtrail]) {
      assert.equal(decide(policy, { principal }), 'explicitDeny');
    }
  });
  test('how closely the caller is named', () => {
    const grantedTo = (...principals: unknown[]) => {
      const statements = principals.map((Principal) => ({
        Effect: 'Allow',
        Principal,
        Action: '*',
        Resource: '*',
      }));
      const request = { principal: root, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
      const answer = evaluate(request, [policyOf(...statements)]);
      return answer.decision === 'allow' ? answer.grantedTo : undefined;
    };
    assert.equal(grantedTo('*'), 'everybody');
    assert.equal(grantedTo('*', { AWS: accountId }), 'named');
  });
  test("the caller's own keys cannot be given from outside", () => {
    const policy = policyOf({
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': accountId } },
    });
    const context = { 'AWS:principalaccount': accountId };
    assert.equal(decide(policy, { principal: stranger, context }), 'implicitDeny');
    assert.equal(decide(policy, {}), 'allow');
  });
});

describe('actions and resources', () => {
  const cases: [element: object, action: string, resource: string, decision: string][] = [
    [{ Action: 'S3:getobject', Resource: '*' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'allow'],
    [{ Action: 's3:Get*', Resource: '*' }, 's3:GetObjectAcl', 'arn:aws:s3:::b/k', 'allow'],
    [{ Action: 's3:Get?bject', Resource: '*' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'allow'],
    [{ Action: 's3:Get', Resource: '*' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'implicitDeny'],
    [{ NotAction: 's3:Put*', Resource: '*' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'allow'],
    [{ NotAction: 's3:Put*', Resource: '*' }, 's3:PutObject', 'arn:aws:s3:::b/k', 'implicitDeny'],
    [{ Action: '*', Resource: 'arn:aws:s3:::b/a/*/z' }, 's3:GetObject', 'arn:aws:s3:::b/a/b/c/z', 'allow'],
    [{ Action: '*', Resource: 'arn:aws:s3:::b' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'implicitDeny'],
    [{ Action: '*', NotResource: 'arn:aws:s3:::b/secret/*' }, 's3:GetObject', 'arn:aws:s3:::b/k', 'allow'],
    [
      { Action: '*', NotResource: 'arn:aws:s3:::b/secret/*' },
      's3:GetObject',
      'arn:aws:s3:::b/secret/k',
      'implicitDeny',
    ],
    [
      { Action: '*', Resource: 'arn:aws:s3:::b/${aws:username}/*' },
      's3:GetObject',
      'arn:aws:s3:::b/x/k',
      'implicitDeny',
    ],
    [
      { Action: '*', NotResource: 'arn:aws:s3:::b/${aws:username}' },
      's3:GetObject',
      'arn:aws:s3:::b/x',
      'implicitDeny',
    ],
  ];
  for (const [element, action, resource, decision] of cases) {
    test(`${JSON.stringify(element)} for ${action} on ${resource}: ${decision}`, () => {
      assert.equal(
        decide(policyOf({ Effect: 'Allow', Principal: '*', ...element }), { action, resource }),
        decision,
      );
    });
  }
  test('Deny with a NotResource that nobody can resolve refuses', () => {
    const policy = policyOf(
      { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
      { Effect: 'Deny', Principal: '*', Action: '*', NotResource: 'arn:aws:s3:::b/${aws:username}' },
    );
    assert.equal(decide(policy, {}), 'explicitDeny');
  });
});

describe('laws (properties)', () => {
  const principals = [
    '*',
    { AWS: accountId },
    { AWS: '444455556666' },
    { Service: 'cloudtrail.amazonaws.com' },
  ];
  const actions = ['*', 's3:*', 's3:Get*', 's3:GetObject', 's3:PutObject'];
  const resources = ['*', 'arn:aws:s3:::b/*', 'arn:aws:s3:::b/k', 'arn:aws:s3:::b/${aws:PrincipalAccount}'];
  const condition = fc.constantFrom(
    {},
    { StringEquals: { 'aws:a': 'x' } },
    { StringNotEquals: { 'aws:a': ['x', '${aws:nobody}'] } },
    { 'ForAllValues:StringLike': { 'aws:a': 'x*' } },
    { Null: { 'aws:a': 'true' } },
    { NumericLessThanIfExists: { 'aws:a': '5' } },
  );
  const element = <T>(name: string, values: readonly T[]) =>
    fc
      .tuple(fc.constantFrom(...values), fc.boolean())
      .map(([value, not]) => ({ [not ? `Not${name}` : name]: value }));
  const statement = (effect: 'Allow' | 'Deny') =>
    fc
      .tuple(
        effect === 'Deny'
          ? element('Principal', principals)
          : fc.constantFrom(...principals).map((Principal) => ({ Principal })),
        element('Action', actions),
        element('Resource', resources),
        condition,
      )
      .map(([principal, action, resource, Condition]) => ({
        Effect: effect,
        ...principal,
        ...action,
        ...resource,
        Condition,
      }));
  const anyStatement = fc.oneof(statement('Allow'), statement('Deny'));
  const request: fc.Arbitrary<AccessRequest> = fc.record({
    principal: fc.constantFrom(root, stranger, anonymous, cloudtrail),
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:ListBucket'),
    resource: fc.constantFrom('arn:aws:s3:::b/k', 'arn:aws:s3:::b', `arn:aws:s3:::b/${accountId}`),
    context: fc.record({ 'aws:a': fc.constantFrom(undefined, 'x', 'xy', '3', ['x', 'y'], []) }),
  });
  const list = fc.array(anyStatement, { minLength: 1, maxLength: 5 });
  const options = { numRuns: 500, verbose: 1 } as const;

  test('a further Deny never allows more', () => {
    fc.assert(
      fc.property(list, statement('Deny'), fc.nat(5), request, (statements, deny, at, asked) => {
        const before = evaluate(asked, [policyOf(...statements)]).decision;
        const after = evaluate(asked, [policyOf(...statements.toSpliced(at, 0, deny))]).decision;
        if (before !== 'allow') assert.notEqual(after, 'allow');
        if (before === 'explicitDeny') assert.equal(after, 'explicitDeny');
        const alone = evaluate(asked, [policyOf(deny)]).decision;
        if (alone === 'explicitDeny') assert.equal(after, 'explicitDeny');
        else assert.equal(after, before);
      }),
      options,
    );
  });
  test('a further Allow never takes away', () => {
    fc.assert(
      fc.property(list, statement('Allow'), request, (statements, allow, asked) => {
        const before = evaluate(asked, [policyOf(...statements)]).decision;
        const after = evaluate(asked, [policyOf(...statements, allow)]).decision;
        if (before !== 'implicitDeny') assert.equal(after, before);
        else assert.notEqual(after, 'explicitDeny');
      }),
      options,
    );
  });
  test('neither order nor spread over several policies matters', () => {
    fc.assert(
      fc.property(list, request, (statements, asked) => {
        const together = evaluate(asked, [policyOf(...statements)]).decision;
        const apart = evaluate(
          asked,
          statements.toReversed().map((one) => policyOf(one)),
        ).decision;
        assert.equal(apart, together);
      }),
      options,
    );
  });
  test('no policy, no access', () => {
    fc.assert(
      fc.property(request, (asked) => assert.equal(evaluate(asked, []).decision, 'implicitDeny')),
      options,
    );
  });
});
