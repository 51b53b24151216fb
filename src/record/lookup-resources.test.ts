// SPDX-License-Identifier: Apache-2.0
// Oracle: recorded answers of LookupEvents (names and accounts replaced), compared as sets: AWS promises no order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { indexFieldsOf } from './index-fields.js';
import { lookupResourcesMax } from './lookup-resources.js';
import type { JsonObject } from './types.js';

type Call = { eventSource: string; eventName: string } & JsonObject;

const roleArn =
  'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const sessionArn = 'arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling';

const cases: [string, Call, string[]][] = [
  [
    'recorded: AssumeRole lists key, session three times, and role',
    {
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      requestParameters: { roleArn, roleSessionName: 'AutoScaling', durationSeconds: 1800 },
      responseElements: {
        credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', expiration: 'Feb 9, 2026, 9:57:03 PM' },
        assumedRoleUser: { assumedRoleId: 'AROAIDPPEZS35WEXAMPLE:AutoScaling', arn: sessionArn },
      },
      resources: [{ accountId: '111122223333', type: 'AWS::IAM::Role', ARN: roleArn }],
    },
    [
      'AWS::IAM::AccessKey ASIAIOSFODNN7EXAMPLE',
      'AWS::STS::AssumedRole AROAIDPPEZS35WEXAMPLE:AutoScaling',
      'AWS::STS::AssumedRole AutoScaling',
      `AWS::STS::AssumedRole ${sessionArn}`,
      `AWS::IAM::Role ${roleArn}`,
    ],
  ],
  [
    'recorded: DescribeLaunchTemplateVersions lists its template',
    {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'DescribeLaunchTemplateVersions',
      requestParameters: {
        DescribeLaunchTemplateVersionsRequest: {
          LaunchTemplateVersion: { tag: 1, content: '$Latest' },
          LaunchTemplateId: 'lt-06c27243fce2571e5',
        },
      },
    },
    ['AWS::EC2::LaunchTemplate lt-06c27243fce2571e5'],
  ],
  [
    'recorded: DescribeInstanceStatus lists nothing',
    {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'DescribeInstanceStatus',
      requestParameters: { instancesSet: { items: [{ instanceId: 'i-0e683f0d797a845ab' }] } },
    },
    [],
  ],
  [
    'recorded: DescribeTargetHealth lists nothing',
    {
      eventSource: 'elasticloadbalancing.amazonaws.com',
      eventName: 'DescribeTargetHealth',
      requestParameters: {
        targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/a770c60c3b857577',
        targets: [],
      },
    },
    [],
  ],
  [
    'a bucket by name and by ARN',
    {
      eventSource: 's3.amazonaws.com',
      eventName: 'PutBucketPolicy',
      requestParameters: { bucketName: 'my-logs', Host: 'my-logs.s3.amazonaws.com' },
      resources: [{ accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::my-logs' }],
    },
    ['AWS::S3::Bucket my-logs', 'AWS::S3::Bucket arn:aws:s3:::my-logs'],
  ],
  [
    'all instances of TerminateInstances, from question and answer once',
    {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'TerminateInstances',
      requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } },
      responseElements: { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } },
    },
    ['AWS::EC2::Instance i-1', 'AWS::EC2::Instance i-2'],
  ],
  [
    'tags say what they are on by the prefix of the id',
    {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'CreateTags',
      requestParameters: { resourcesSet: { items: [{ resourceId: 'vol-1' }, { resourceId: 'zzz-1' }] } },
    },
    ['AWS::EC2::Volume vol-1', 'undefined zzz-1'],
  ],
  [
    'a trail with its bucket',
    {
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'CreateTrail',
      requestParameters: { name: 'my-trail', s3BucketName: 'my-logs' },
      responseElements: {
        name: 'my-trail',
        trailARN: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/my-trail',
      },
    },
    [
      'AWS::CloudTrail::Trail my-trail',
      'AWS::CloudTrail::Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/my-trail',
      'AWS::S3::Bucket my-logs',
    ],
  ],
  [
    'a stack',
    {
      eventSource: 'cloudformation.amazonaws.com',
      eventName: 'CreateStack',
      requestParameters: { stackName: 's' },
    },
    ['AWS::CloudFormation::Stack s'],
  ],
  [
    'the name of an event data store is no trail',
    {
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'CreateEventDataStore',
      requestParameters: { name: 'x' },
    },
    [],
  ],
  [
    'a resource without a type',
    {
      eventSource: 'x.amazonaws.com',
      eventName: 'X',
      resources: [{ ARN: 'arn:aws:x:::y' }, { accountId: '1' }, null, 'z'],
    },
    ['undefined arn:aws:x:::y'],
  ],
  [
    'parameters of other kinds than expected',
    {
      eventSource: 's3.amazonaws.com',
      eventName: 'X',
      requestParameters: { bucketName: { deep: 1 } },
      resources: { ARN: 'x' },
    },
    [],
  ],
];

function resourcesOf(call: Call) {
  return indexFieldsOf(JSON.stringify({ eventTime: '2026-11-21T10:00:00Z', ...call })).resources;
}

describe('resources of LookupEvents', () => {
  for (const [title, call, expected] of cases) {
    test(title, () => {
      const found = resourcesOf(call).map((one) => `${one.type} ${one.name}`);
      assert.deepEqual(found.sort(), expected.sort());
    });
  }

  test(`a call names at most ${lookupResourcesMax}`, () => {
    const items = Array.from({ length: lookupResourcesMax + 50 }, (_, i) => ({ instanceId: `i-${i}` }));
    const call = {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'TerminateInstances',
      requestParameters: { instancesSet: { items } },
    };
    assert.equal(resourcesOf(call).length, lookupResourcesMax);
  });
});
