// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracles: AWS CLI Command Reference, examples of `simulate-custom-policy` and `simulate-principal-policy` (documents, decisions,
// positions); IAM API Reference, "EvaluationResult", "PermissionsBoundaryDecisionDetail", "OrganizationsDecisionDetail".

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SimulatedPolicy, type Simulation, simulate } from './simulate.js';
import { statementPositions } from './statement-positions.js';
import {
  allow,
  allowAll,
  deny,
  type Fields,
  named,
  otherAccountId,
  policyText,
  user,
} from './testing/policy-scene.js';

const input = (document: string, id = 'PolicyInputList.1'): SimulatedPolicy => ({
  id,
  type: 'none',
  document,
});
const inputs = (...statements: readonly Fields[]): Simulation => ({
  identity: [input(policyText(...statements))],
  context: {},
});

describe("the command line's examples", () => {
  const document =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';
  const at = (time: string) =>
    simulate(
      { identity: [input(document)], context: { 'aws:CurrentTime': time } },
      'dynamodb:CreateBackup',
      '*',
    );
  test('allowed', () => {
    assert.deepEqual(at('2019-04-25T11:00:00Z'), {
      action: 'dynamodb:CreateBackup',
      resource: '*',
      decision: 'allowed',
      matchedStatements: [
        {
          policyId: 'PolicyInputList.1',
          policyType: 'none',
          start: { line: 1, column: 38 },
          end: { line: 1, column: 167 },
        },
      ],
      missingContextKeys: [],
    });
  });
  test('implicitDeny', () => {
    const { decision, matchedStatements } = at('2014-04-25T11:00:00Z');
    assert.deepEqual({ decision, matchedStatements }, { decision: 'implicitDeny', matchedStatements: [] });
  });
  test('positions over several lines', () => {
    const statement = {
      Sid: 'VisualEditor0',
      Effect: 'Allow',
      Action: 'codecommit:ListRepositories',
      Resource: '*',
    };
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement, statement] }, null, 4);
    assert.deepEqual(statementPositions(text), [
      { start: { line: 3, column: 19 }, end: { line: 9, column: 10 } },
      { start: { line: 9, column: 10 }, end: { line: 15, column: 10 } },
    ]);
  });
});

describe('decisions', () => {
  test('a Deny is named alone', () => {
    const { decision, matchedStatements } = simulate(inputs(allowAll, deny('s3:*')), 's3:GetObject', '*');
    assert.equal(decision, 'explicitDeny');
    assert.equal(matchedStatements.length, 1);
  });
  test('several policies of one id are told apart', () => {
    const identity = [input(policyText(allow('sqs:*')), 'same'), input(policyText(allow('s3:*')), 'same')];
    const { matchedStatements } = simulate({ identity, context: {} }, 's3:GetObject', '*');
    assert.deepEqual(
      matchedStatements.map(({ policyId }) => policyId),
      ['same'],
    );
  });
  test('a boundary', () => {
    const boundary = input(policyText(allow('s3:Get*')), 'PermissionsBoundaryPolicyInputList.1');
    const bounded = { ...inputs(allowAll), boundary };
    const inside = simulate(bounded, 's3:GetObject', '*');
    assert.equal(inside.decision, 'allowed');
    assert.equal(inside.allowedByBoundary, true);
    assert.deepEqual(
      inside.matchedStatements.map(({ policyId }) => policyId),
      ['PolicyInputList.1'],
    );
    const outside = simulate(bounded, 's3:PutObject', '*');
    assert.equal(outside.decision, 'implicitDeny');
    assert.equal(outside.allowedByBoundary, false);
  });
  test('service control policies', () => {
    const serviceControl = [[named('full', allowAll)], [named('scp', allowAll, deny('s3:*'))]];
    const denied = simulate({ ...inputs(allowAll), serviceControl }, 's3:GetObject', '*');
    assert.equal(denied.decision, 'explicitDeny');
    assert.equal(denied.allowedByOrganizations, false);
    assert.equal(
      simulate({ ...inputs(allowAll), serviceControl }, 'sqs:ListQueues', '*').allowedByOrganizations,
      true,
    );
    assert.equal(simulate(inputs(allowAll), 'sqs:ListQueues', '*').allowedByOrganizations, undefined);
  });
  test('a resource policy, within the account and across', () => {
    const document = policyText({ ...allow('s3:*'), Principal: { AWS: user.arn } });
    const resourcePolicy: SimulatedPolicy = { id: 'ResourcePolicy', type: 'resource', document };
    const within: Simulation = { identity: [], resourcePolicy, caller: user, context: {} };
    const { decision, matchedStatements } = simulate(within, 's3:GetObject', 'arn:aws:s3:::b/k');
    assert.equal(decision, 'allowed');
    assert.deepEqual(
      matchedStatements.map(({ policyType }) => policyType),
      ['resource'],
    );
    const across = { ...within, resourceAccountId: otherAccountId };
    assert.equal(simulate(across, 's3:GetObject', 'arn:aws:s3:::b/k').decision, 'implicitDeny');
    assert.equal(
      simulate({ ...across, ...inputs(allowAll) }, 's3:GetObject', 'arn:aws:s3:::b/k').decision,
      'allowed',
    );
  });
  test('what is given wins over what follows from the caller', () => {
    const mine = { ...inputs(allow('s3:*', 'arn:aws:s3:::b/${aws:username}')), caller: user };
    assert.equal(simulate(mine, 's3:GetObject', 'arn:aws:s3:::b/jane').decision, 'allowed');
    const given = { ...mine, context: { 'aws:username': 'joe' } };
    assert.equal(simulate(given, 's3:GetObject', 'arn:aws:s3:::b/jane').decision, 'implicitDeny');
  });
});

describe('missing keys', () => {
  const policy = inputs(
    {
      ...allow('s3:*', "arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/a, 'x'}"),
      Condition: { Bool: { 'aws:SecureTransport': 'true' } },
    },
    { ...allow('s3:*'), Condition: { StringEquals: { 's3:prefix': '${aws:userid}' } } },
    { ...allow('sqs:*'), Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } },
  );
  test('of statements about the action, in conditions and variables without a default', () => {
    const missing = simulate(policy, 's3:GetObject', 'arn:aws:s3:::b/jane/x').missingContextKeys;
    assert.deepEqual(missing.toSorted(), ['aws:SecureTransport', 'aws:userid', 'aws:username', 's3:prefix']);
  });
  test('not of statements about other resources', () => {
    const context = { 'aws:username': 'joe' };
    const { missingContextKeys } = simulate({ ...policy, context }, 's3:GetObject', 'arn:aws:s3:::c');
    assert.deepEqual(missingContextKeys.toSorted(), ['aws:userid', 's3:prefix']);
  });
  test('not those that are given', () => {
    const context = { 's3:PREFIX': 'a', 'aws:userid': 'a', 'aws:username': 'joe' };
    assert.deepEqual(
      simulate({ ...policy, context }, 's3:GetObject', 'arn:aws:s3:::c').missingContextKeys,
      [],
    );
  });
});
