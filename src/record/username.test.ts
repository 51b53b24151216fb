// SPDX-License-Identifier: Apache-2.0
// Oracle: recorded answers of LookupEvents, and the examples of "CloudTrail userIdentity element" in the user guide.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type IdentityParts, usernameOf } from './username.js';

const cases: [string, IdentityParts, string | undefined][] = [
  ['root', { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root' }, 'root'],
  [
    'root of an account with an alias',
    { type: 'Root', userName: 'my-company', arn: 'arn:aws:iam::111122223333:root' },
    'root',
  ],
  [
    'an IAM user',
    { type: 'IAMUser', userName: 'Alice', arn: 'arn:aws:iam::111122223333:user/Alice' },
    'Alice',
  ],
  [
    'an IAM user in a path, without userName',
    { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ops/eu/Bob' },
    'Bob',
  ],
  [
    'a failed sign-in of nobody known',
    { type: 'IAMUser', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    'HIDDEN_DUE_TO_SECURITY_REASONS',
  ],
  [
    'a role session',
    {
      type: 'AssumedRole',
      principalId: 'AROAIDPPEZS35WEXAMPLE:MySession',
      arn: 'arn:aws:sts::111122223333:assumed-role/R/MySession',
      issuerName: 'R',
    },
    'MySession',
  ],
  [
    'an instance role',
    { type: 'AssumedRole', principalId: 'AROAIDPPEZS35WEXAMPLE:i-0123456789abcdef0' },
    'i-0123456789abcdef0',
  ],
  [
    'a session with an e-mail address',
    { type: 'AssumedRole', principalId: 'AROAIDPPEZS35WEXAMPLE:jo@example.com' },
    'jo@example.com',
  ],
  [
    'a role session known by ARN alone',
    { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/R/S' },
    'S',
  ],
  ['a role session known by issuer alone', { type: 'AssumedRole', issuerName: 'R' }, 'R'],
  [
    'a federated user',
    {
      type: 'FederatedUser',
      principalId: '111122223333:Fed',
      arn: 'arn:aws:sts::111122223333:federated-user/Fed',
    },
    'Fed',
  ],
  [
    'an AWS service',
    { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' },
    'autoscaling.amazonaws.com',
  ],
  ['a service without a type', { invokedBy: 'secretsmanager.amazonaws.com' }, 'secretsmanager.amazonaws.com'],
  ['a user of another account', { type: 'AWSAccount', principalId: 'AIDAQRSTUVWXYZEXAMPLE' }, undefined],
  [
    'a role of another account',
    { type: 'AWSAccount', principalId: 'AROAIDPPEZS35WEXAMPLE:deploy' },
    'deploy',
  ],
  ['nobody', { type: 'AWSAccount', principalId: '' }, undefined],
  [
    'an Identity Center user',
    { type: 'IdentityCenterUser', onBehalfOf: '544894e8-80c1-707f-60e3-3ba6510dfac1' },
    '544894e8-80c1-707f-60e3-3ba6510dfac1',
  ],
  [
    'an Identity Center sign-in of old',
    { type: 'Unknown', principalId: '111122223333', userName: 'alice@example.com' },
    'alice@example.com',
  ],
  [
    'a SAML user',
    { type: 'SAMLUser', principalId: 'SAMLNAMEQUALIFIER:name', userName: 'saml-name' },
    'saml-name',
  ],
  [
    'a web identity',
    { type: 'WebIdentityUser', principalId: 'accounts.google.com:app:user', userName: 'user' },
    'user',
  ],
  ['a record without userIdentity', {}, undefined],
];

describe('usernameOf', () => {
  for (const [who, identity, expected] of cases)
    test(who, () => assert.equal(usernameOf(identity), expected));
});
