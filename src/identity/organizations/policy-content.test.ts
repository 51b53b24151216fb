// SPDX-License-Identifier: Apache-2.0
// Oracle: Organizations User Guide, "SCP syntax" (elements, what is not supported), "Policy syntax and inheritance for
// management policy types" (operators).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyContentProblem } from './policy-content.js';

const scp = (statement: unknown, more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement, ...more });
const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };

const good: [what: string, type: string, content: string][] = [
  ['a statement', 'SERVICE_CONTROL_POLICY', scp(deny)],
  [
    'a list with Sid and Condition',
    'SERVICE_CONTROL_POLICY',
    scp([
      {
        ...deny,
        Sid: 'A1',
        Condition: {
          StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] },
          Bool: { 'aws:SecureTransport': false },
        },
      },
    ]),
  ],
  ['everything', 'SERVICE_CONTROL_POLICY', scp({ Effect: 'Allow', Action: '*', Resource: '*' })],
  [
    'NotAction, and NotResource',
    'SERVICE_CONTROL_POLICY',
    scp({ Effect: 'Deny', NotAction: ['iam:*', 'sts:Get*'], NotResource: 'arn:aws:s3:::a' }),
  ],
  [
    'a tag policy',
    'TAG_POLICY',
    '{"tags":{"a":{"tag_key":{"@@assign":"A","@@operators_allowed_for_child_policies":["@@none"]}}}}',
  ],
  [
    'a backup policy with numbers and yes or no',
    'BACKUP_POLICY',
    '{"plans":{"p":{"rules":{"r":{"n":{"@@assign":5},"b":{"@@assign":[true]}}}}}}',
  ],
];
for (const [what, type, content] of good)
  test(`taken: ${what}`, () => assert.equal(policyContentProblem(type, content), undefined));

const bad: [what: string, type: string, content: string, problem: RegExp][] = [
  ['no JSON', 'SERVICE_CONTROL_POLICY', '{', /not valid JSON/],
  ['a list', 'SERVICE_CONTROL_POLICY', '[]', /not a JSON object/],
  ['no version', 'SERVICE_CONTROL_POLICY', JSON.stringify({ Statement: deny }), /Version/],
  ['no statement', 'SERVICE_CONTROL_POLICY', scp([]), /no statement/],
  ['another element', 'SERVICE_CONTROL_POLICY', scp(deny, { Extra: 1 }), /unknown element: Extra/],
  [
    'a principal',
    'SERVICE_CONTROL_POLICY',
    scp({ ...deny, Principal: '*' }),
    /cannot have the element Principal/,
  ],
  ['no effect', 'SERVICE_CONTROL_POLICY', scp({ Action: '*', Resource: '*' }), /Effect/],
  [
    'both Action and NotAction',
    'SERVICE_CONTROL_POLICY',
    scp({ ...deny, NotAction: 's3:*' }),
    /either Action or NotAction/,
  ],
  [
    'no resource',
    'SERVICE_CONTROL_POLICY',
    scp({ Effect: 'Deny', Action: 's3:*' }),
    /either Resource or NotResource/,
  ],
  ['a Sid with blanks', 'SERVICE_CONTROL_POLICY', scp({ ...deny, Sid: 'a b' }), /Sid/],
  [
    'an action without a service',
    'SERVICE_CONTROL_POLICY',
    scp({ ...deny, Action: 'GetObject' }),
    /GetObject is not an action/,
  ],
  [
    'a condition without operators',
    'SERVICE_CONTROL_POLICY',
    scp({ ...deny, Condition: { 'aws:x': 'y' } }),
    /Condition/,
  ],
  ['a value without operator', 'TAG_POLICY', '{"tags":{"a":{"tag_key":"A"}}}', /must be set by an operator/],
  ['an operator that is none', 'TAG_POLICY', '{"tags":{"a":{"@@set":"A"}}}', /@@set is not an operator/],
  [
    'child control that is none',
    'TAG_POLICY',
    '{"tags":{"@@operators_allowed_for_child_policies":["@@any"]}}',
    /must be a list/,
  ],
  ['a structure as a value', 'TAG_POLICY', '{"tags":{"a":{"@@assign":{"b":1}}}}', /must have a value/],
  ['nothing', 'BACKUP_POLICY', '{}', /no element/],
  ['depth without end', 'TAG_POLICY', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, /too deeply/],
];
for (const [what, type, content, problem] of bad)
  test(`refused: ${what}`, () => assert.match(policyContentProblem(type, content) ?? '', problem));
