// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "EventSelector", "DataResource", "InvalidEventSelectorsException"; User Guide, "Quotas in AWS
// CloudTrail", "Logging management events"; refused values as users of CloudTrail reported them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BasicSelectorInput, isDefaultSelector, readBasicSelectors } from './basic-selectors.js';
import { SelectorFault } from './selector-fault.js';

const objects = (...Values: string[]) => [{ Type: 'AWS::S3::Object', Values }];
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:s3:::bucket-${i}/`);

describe('allowed', () => {
  for (const [name, inputs] of [
    ['nothing given', [{}]],
    ['five', [{}, {}, {}, {}, {}]],
    ['250 data resources', [{ DataResources: objects(...numbered(250)) }]],
    ['250 in five selectors', Array.from({ length: 5 }, () => ({ DataResources: objects(...numbered(50)) }))],
    ['250 and all of them', [{ DataResources: objects('arn:aws:s3', ...numbered(250)) }]],
    // How an attacker silences a trail: recorded events of Stratus Red Team, "Disable CloudTrail Logging Through Event Selectors".
    ['a type without values', [{ IncludeManagementEvents: false, DataResources: objects() }]],
    ['every bucket, both ways', [{ DataResources: objects('arn:aws:s3', 'arn:aws:s3:::', 'arn:aws-cn:s3') }]],
    ['a prefix with any sign', [{ DataResources: objects('arn:aws:s3:::my.bucket-1/a b/*?ä') }]],
    ['every function', [{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] }]],
    ['every table', [{ DataResources: [{ Type: 'AWS::DynamoDB::Table', Values: ['arn:aws:dynamodb'] }] }]],
    [
      'a function, a table',
      [
        {
          IncludeManagementEvents: false,
          DataResources: [
            {
              Type: 'AWS::Lambda::Function',
              Values: ['arn:aws:lambda:us-west-2:999999999999:function:hello-world'],
            },
            {
              Type: 'AWS::DynamoDB::Table',
              Values: ['arn:aws:dynamodb:us-west-2:999999999999:table/a_b.c-d'],
            },
          ],
        },
      ],
    ],
    [
      'both sources excluded',
      [{ ExcludeManagementEventSources: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }],
    ],
  ] as [string, BasicSelectorInput[]][]) {
    test(name, () => assert.equal(readBasicSelectors(inputs).length, inputs.length));
  }
});

describe('refused', () => {
  for (const [name, inputs, problem] of [
    ['none', [], /1 to 5 event selectors; 0 were/],
    ['six', [{}, {}, {}, {}, {}, {}], /1 to 5 event selectors; 6 were/],
    [
      'ReadWriteType read-only',
      [{ ReadWriteType: 'read-only' }],
      /Value read-only for ReadWriteType is invalid/,
    ],
    ['251 data resources', [{ DataResources: objects(...numbered(251)) }], /up to 250 data resources.*251/],
    [
      '255 in five selectors',
      Array.from({ length: 5 }, () => ({ DataResources: objects(...numbered(51)) })),
      /up to 250 data resources.*255/,
    ],
    ['nothing selected', [{ IncludeManagementEvents: false }], /selects nothing/],
    [
      'another type',
      [{ DataResources: [{ Type: 'AWS::SNS::Topic', Values: ['arn:aws:sns'] }] }],
      /AWS::SNS::Topic for DataResources.Type/,
    ],
    ['no type', [{ DataResources: [{ Values: ['arn:aws:s3'] }] }], /DataResources.Type/],
    [
      'another source excluded',
      [{ ExcludeManagementEventSources: ['iam.amazonaws.com'] }],
      /iam.amazonaws.com for Exclude/,
    ],
    ['an empty source', [{ ExcludeManagementEventSources: [''] }], /for Exclude/],
    [
      'a source twice',
      [{ ExcludeManagementEventSources: ['kms.amazonaws.com', 'kms.amazonaws.com'] }],
      /twice/,
    ],
    [
      'a source without management events',
      [
        {
          IncludeManagementEvents: false,
          ExcludeManagementEventSources: ['kms.amazonaws.com'],
          DataResources: objects('arn:aws:s3'),
        },
      ],
      /IncludeManagementEvents is true/,
    ],
  ] as [string, BasicSelectorInput[], RegExp][]) {
    test(name, () =>
      assert.throws(
        () => readBasicSelectors(inputs),
        (error) => error instanceof SelectorFault && problem.test(error.message),
      ),
    );
  }

  for (const [type, values] of [
    [
      'AWS::S3::Object',
      [
        'arn:aws:s3:::*',
        'arn:aws:s3:::*/',
        'arn:aws:s3:::*/*',
        'arn:aws:s3:::aigo-',
        'arn:aws:s3:::bucket',
        'arn:aws:s3:::cg-*/*',
        'arn:aws:s3::',
        's3:::bucket/',
        '',
        'arn:aws:lambda',
      ],
    ],
    [
      'AWS::Lambda::Function',
      [
        'arn:aws:lambda:*',
        'arn:aws:lambda:us-west-2:999999999999:function',
        'arn:aws:lambda:us-west-2',
        'arn:aws:s3',
      ],
    ],
    [
      'AWS::DynamoDB::Table',
      [
        'arn:aws:dynamodb:us-west-2:999999999999:table/',
        'arn:aws:dynamodb:::',
        'arn:aws:dynamodb:us-west-2:1:table/t',
      ],
    ],
  ] as const) {
    for (const value of values) {
      test(`${type} ${value}`, () =>
        assert.throws(() => readBasicSelectors([{ DataResources: [{ Type: type, Values: [value] }] }]), {
          message: `Value ${value} for DataResources.Values is invalid.`,
        }));
    }
  }
});

test('what is not given is filled in', () => {
  assert.deepEqual(readBasicSelectors([{ ReadWriteType: 'WriteOnly' }]), [
    {
      readWriteType: 'WriteOnly',
      includeManagementEvents: true,
      dataResources: [],
      excludeManagementEventSources: [],
    },
  ]);
  assert.equal(isDefaultSelector(readBasicSelectors([{}])), true);
  assert.equal(isDefaultSelector(readBasicSelectors([{ ReadWriteType: 'ReadOnly' }])), false);
  assert.equal(isDefaultSelector(readBasicSelectors([{}, {}])), false);
});
