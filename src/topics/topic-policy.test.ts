// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Amazon SNS topic policy for CloudTrail" (its policies, with and without aws:SourceArn); SNS
// Developer Guide, "Identity and access management in Amazon SNS".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideAccess } from '../identity/policy/decide-access.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import type { Principal } from '../identity/principal.js';
import type { TopicDocument } from './topic.js';
import { defaultTopicPolicy, mayCloudTrailPublish, parseTopicPolicy, topicNeed } from './topic-policy.js';

const owner = '111122223333';
const arn = `arn:aws:sns:us-east-1:${owner}:notices`;
const trail = `arn:aws:cloudtrail:us-east-1:${owner}:trail/audit`;

function topicWith(policy?: object): TopicDocument {
  const attributes: Record<string, string> = policy === undefined ? {} : { Policy: JSON.stringify(policy) };
  return {
    arn,
    name: 'notices',
    accountId: owner,
    region: 'us-east-1',
    createdAtMs: 0,
    attributes,
    tags: {},
  };
}

function allowing(statement: object): TopicDocument {
  const base = { Sid: 's', Effect: 'Allow', Action: 'SNS:Publish', Resource: arn };
  return topicWith({ Version: '2012-10-17', Statement: [{ ...base, ...statement }] });
}

const cloudTrail = { Service: 'cloudtrail.amazonaws.com' };
const root = (accountId: string): Principal => ({ kind: 'root', accountId, accessKeyId: 'AKIAEXAMPLE' });

describe('CloudTrail may publish', () => {
  const cases: [name: string, topic: TopicDocument, may: boolean][] = [
    ['by the documented policy', allowing({ Principal: cloudTrail }), true],
    [
      'by the documented policy for one trail',
      allowing({ Principal: cloudTrail, Condition: { StringEquals: { 'aws:SourceArn': trail } } }),
      true,
    ],
    [
      'for the account of the trail',
      allowing({ Principal: cloudTrail, Condition: { StringEquals: { 'aws:SourceAccount': owner } } }),
      true,
    ],
    [
      'not for another trail',
      allowing({ Principal: cloudTrail, Condition: { StringEquals: { 'aws:SourceArn': `${trail}2` } } }),
      false,
    ],
    ['not by the default policy', topicWith(), false],
    ['not because the owner may', allowing({ Principal: { AWS: owner } }), false],
    ['not as another service', allowing({ Principal: { Service: 's3.amazonaws.com' } }), false],
    ['not to another topic', allowing({ Principal: cloudTrail, Resource: `${arn}2` }), false],
    ['not by another action', allowing({ Principal: cloudTrail, Action: 'SNS:Subscribe' }), false],
    ['not by a policy that cannot be read', topicWith({ Version: 'x' }), false],
  ];
  for (const [name, topic, may] of cases) {
    test(name, () => assert.equal(mayCloudTrailPublish(topic, trail), may));
  }
});

describe('accounts', () => {
  const may = (topic: TopicDocument, account: string, action = 'SNS:Publish') =>
    decideAccess({
      ...topicNeed(topic, topic, action, {}),
      principal: root(account),
      policies: { identity: [], serviceControl: [] },
    }).isAllowed;
  test('the owner by the default policy, others not', () => {
    assert.equal(may(topicWith(), owner), true);
    assert.equal(may(topicWith(), '999988887777'), false);
  });
  test('another account where the policy lets it in, and only to what it says', () => {
    const topic = allowing({ Principal: { AWS: 'arn:aws:iam::999988887777:root' } });
    assert.equal(may(topic, '999988887777'), true);
    assert.equal(may(topic, '999988887777', 'SNS:DeleteTopic'), false);
  });
  test('an explicit Deny holds for the owner too', () => {
    assert.equal(may(allowing({ Effect: 'Deny', Principal: '*' }), owner), false);
  });
  test('a policy without statements leaves the topic to its owner', () => {
    const topic = topicWith({ Version: '2008-10-17', Statement: [] });
    assert.equal(may(topic, owner), true);
    assert.equal(may(topic, '999988887777'), false);
  });
});

describe('what a policy may say', () => {
  test('the default policy is one', () => {
    parseTopicPolicy(defaultTopicPolicy({ arn, accountId: owner }));
  });
  for (const action of ['s3:GetObject', 'SNS:Fly', 'SNS', 'SNS:ListTopics']) {
    test(`not ${action}`, () => {
      const policy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: arn }] };
      assert.throws(() => parseTopicPolicy(JSON.stringify(policy)), MalformedPolicyError);
    });
  }
  test('wildcards, however many, are read in no time', () => {
    const action = `SNS:${'*?'.repeat(5_000)}z`;
    const policy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: arn }] };
    assert.throws(() => parseTopicPolicy(JSON.stringify(policy)), MalformedPolicyError);
    const all = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: arn }] };
    parseTopicPolicy(JSON.stringify(all));
  });
});
