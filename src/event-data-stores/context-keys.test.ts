// SPDX-License-Identifier: Apache-2.0
// Oracle: the table "Supported IAM global condition keys for enriched events" of "Enrich CloudTrail events by adding resource tag
// keys and IAM global condition keys" (AWS CloudTrail User Guide), in its order; the keys that must not be taken are global ones of
// "AWS global condition context keys" (IAM User Guide) that it leaves out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isContextKey } from './context-keys.js';

const listed =
  `aws:FederatedProvider aws:TokenIssueTime aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:SourceIdentity
  aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths
  aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:userid aws:username aws:RequestedRegion
  aws:SecureTransport aws:ViaAWSService aws:CurrentTime aws:EpochTime aws:SourceAccount aws:SourceOrgID`.split(
    /\s+/,
  );

test('every key of the table is taken, however it is written, and tags of who calls', () => {
  assert.equal(listed.length, 22);
  for (const key of [...listed, ...listed.map((each) => each.toLowerCase()), 'aws:PrincipalTag/team'])
    assert.ok(isContextKey(key), key);
});

test('other keys are not', () => {
  const others =
    'aws:SourceIp aws:UserAgent aws:Referer aws:CalledVia aws:ResourceAccount aws:RequestTag/team aws:PrincipalTag/ s3:prefix userid';
  for (const key of others.split(' ')) assert.ok(!isContextKey(key), key);
});
