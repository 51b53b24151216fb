// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of 'public'": its rules and
// its examples.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicPolicy } from './is-public-policy.js';
import { parsePolicy } from './parse-policy.js';

const base = { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: '*' };
const when = (Condition: object) => ({ ...base, Condition });

const cases: [statements: object[], isPublic: boolean][] = [
  // The page's own examples.
  [[{ ...base, Principal: { Federated: 'graph.facebook.com' } }], true],
  [[base], true],
  [[when({ StringLike: { 'aws:SourceVpc': 'vpc-*' } })], true],
  [[when({ StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } })], false],
  [
    [
      { ...base, Principal: { Service: 'cloudtrail.amazonaws.com' } },
      { ...base, Principal: { AWS: '111122223333' } },
    ],
    false,
  ],
  [[{ ...base, Principal: { AWS: '111122223333' } }, base], true],
  // Its rules.
  [[{ ...base, Principal: { AWS: '*' } }], true],
  [[{ ...base, Principal: { AWS: ['111122223333', '*'] } }], true],
  [[{ ...base, Effect: 'Deny' }], false],
  [[when({ StringEquals: { 'aws:PrincipalOrgID': 'o-aa111bb222' } })], false],
  [[when({ StringEquals: { 'AWS:sourceaccount': ['111122223333', '444455556666'] } })], false],
  [[when({ StringEquals: { 'aws:SourceVpc': ['vpc-1', '${aws:username}'] } })], true],
  [[when({ StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } })], true],
  [[when({ 'ForAllValues:StringEquals': { 'aws:SourceVpc': 'vpc-1' } })], true],
  [[when({ StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } })], true],
  [[when({ StringEquals: { 'aws:SourceVpc': [] } })], true],
  [[when({ StringEquals: { 'aws:Referer': 'http://www.example.com/' } })], true],
  [[when({ Bool: { 'aws:SecureTransport': 'true' } })], true],
  [[when({ Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceVpce': 'vpce-1' } })], false],
  [[when({ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111122223333:topic' } })], false],
  [[when({ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:topic' } })], true],
  [[when({ StringLike: { 'aws:userid': 'AROAEXAMPLEID:*' } })], true],
  [[when({ StringEquals: { 'aws:userid': 'AIDAEXAMPLEID' } })], false],
  [[when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })], false],
  [[when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })], false],
  [[when({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } })], true],
  [[when({ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } })], false],
  [[when({ IpAddress: { 'aws:SourceIp': '2001::/16' } })], true],
  [[when({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })], true],
  [
    [when({ ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-west-2:123456789012:accesspoint/*' } })],
    false,
  ],
  [[when({ ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-west-2:*:accesspoint/*' } })], true],
  [[when({ StringEquals: { 's3:DataAccessPointAccount': '123456789012' } })], false],
];
for (const [statements, isPublic] of cases) {
  test(`${JSON.stringify(statements)}: ${isPublic ? 'public' : 'not public'}`, () => {
    const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'resource');
    assert.equal(isPublicPolicy(policy), isPublic);
  });
}
