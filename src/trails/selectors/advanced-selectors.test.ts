// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "AdvancedEventSelector" and "AdvancedFieldSelector" (fields by category, operators, lengths);
// User Guide, "Logging data events", "Logging network activity events", "Logging management events", "Quotas in AWS CloudTrail".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FieldSelectorInput, readAdvancedSelectors } from './advanced-selectors.js';
import type { SelectorOwner } from './field-rules.js';
import { SelectorFault } from './selector-fault.js';

const category = (name: string): FieldSelectorInput => ({ Field: 'eventCategory', Equals: [name] });
const management = category('Management');
const data = [category('Data'), { Field: 'resources.type', Equals: ['AWS::S3::Object'] }];
const network = [category('NetworkActivity'), { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }];

function read(fields: readonly FieldSelectorInput[], owner: SelectorOwner = 'trail') {
  return readAdvancedSelectors([{ FieldSelectors: fields }], owner);
}

function refused(fields: readonly FieldSelectorInput[], owner: SelectorOwner, problem: RegExp): void {
  assert.throws(
    () => read(fields, owner),
    (error) => error instanceof SelectorFault && problem.test(error.message),
  );
}

const operators = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;
type Operator = (typeof operators)[number];
const every = [...operators];

const bases: Readonly<Record<string, readonly FieldSelectorInput[]>> = {
  Management: [management],
  Data: data,
  NetworkActivity: network,
  Insight: [category('Insight')],
  ConfigurationItem: [category('ConfigurationItem')],
  Evidence: [category('Evidence')],
  ActivityAuditLog: [category('ActivityAuditLog')],
};

/** The operators that the reference gives each field beyond the required ones, by category and owner; no entry: not supported. */
const reference: Readonly<
  Record<SelectorOwner, Readonly<Record<string, Readonly<Record<string, readonly Operator[]>>>>>
> = {
  trail: {
    Management: { eventSource: ['NotEquals'], readOnly: ['Equals'] },
    Data: {
      eventName: every,
      eventSource: every,
      eventType: every,
      readOnly: ['Equals'],
      'resources.ARN': every,
      sessionCredentialFromConsole: ['Equals', 'NotEquals'],
      'userIdentity.arn': every,
    },
    NetworkActivity: {
      eventName: every,
      errorCode: ['Equals'],
      vpcEndpointId: every,
      'userIdentity.arn': every,
    },
  },
  eventDataStore: {
    Management: {
      eventName: every,
      eventSource: every,
      eventType: every,
      readOnly: ['Equals'],
      sessionCredentialFromConsole: ['Equals', 'NotEquals'],
      'userIdentity.arn': every,
    },
    Data: {
      eventName: every,
      eventSource: every,
      eventType: every,
      readOnly: ['Equals'],
      'resources.ARN': every,
      sessionCredentialFromConsole: ['Equals', 'NotEquals'],
      'userIdentity.arn': every,
    },
    NetworkActivity: { eventName: every, errorCode: ['Equals'], vpcEndpointId: every },
    Insight: {},
    ConfigurationItem: {},
    Evidence: {},
    ActivityAuditLog: {},
  },
};

/** A value that each field takes, so that only field and operator can be at fault. */
const goodValues: Readonly<Record<string, string>> = {
  readOnly: 'true',
  eventName: 'PutObject',
  eventSource: 'kms.amazonaws.com',
  eventType: 'AwsApiCall',
  errorCode: 'VpceAccessDenied',
  vpcEndpointId: 'vpce-1',
  'resources.ARN': 'arn:aws:s3:::b/k',
  'resources.type': 'AWS::S3::Object',
  sessionCredentialFromConsole: 'true',
  'userIdentity.arn': 'arn:aws:iam::111122223333:root',
  eventTime: 'x',
};

for (const owner of ['trail', 'eventDataStore'] as const) {
  describe(`fields and operators of a${owner === 'trail' ? ' trail' : 'n event data store'}`, () => {
    for (const [name, base] of Object.entries(bases)) {
      const supported = reference[owner][name];
      if (supported === undefined) {
        test(`${name}: not on trails`, () =>
          refused(base, owner, /Equals one of Management, Data, NetworkActivity/));
        continue;
      }
      test(`${name}: allowed alone`, () => assert.equal(read(base, owner).length, 1));
      const fields = Object.keys(goodValues).filter((field) => !base.some((each) => each.Field === field));
      for (const field of fields) {
        test(`${name}: ${field}`, () => {
          for (const operator of operators) {
            const asked = [...base, { Field: field, [operator]: [goodValues[field]] }];
            if (supported[field]?.includes(operator) === true) assert.equal(read(asked, owner).length, 1);
            else
              refused(asked, owner, supported[field] === undefined ? /is not supported for/ : /can only use/);
          }
        });
      }
    }
  });
}

describe('refused', () => {
  for (const [name, fields, problem] of [
    ['no fields', [], /must have the field eventCategory/],
    ['no category', [{ Field: 'readOnly', Equals: ['true'] }], /must have the field eventCategory/],
    ['an unknown category', [category('Insights')], /must have the field eventCategory/],
    ['a category of everything', [category('constructor')], /must have the field eventCategory/],
    [
      'two categories',
      [{ Field: 'eventCategory', Equals: ['Management', 'Data'] }],
      /must have the field eventCategory/,
    ],
    ['the category twice', [management, management], /eventCategory can be used once/],
    [
      'a category that is not',
      [{ Field: 'eventCategory', NotEquals: ['Data'] }],
      /must have the field eventCategory/,
    ],
    ['data without a type', [category('Data')], /resources.type is required/],
    ['a type twice', [...data, data[1]], /resources.type can be used once/],
    [
      'two types',
      [category('Data'), { Field: 'resources.type', Equals: ['AWS::S3::Object', 'AWS::S3::AccessPoint'] }],
      /one value only/,
    ],
    [
      'types that start so',
      [category('Data'), { Field: 'resources.type', StartsWith: ['AWS::S3'] }],
      /can only use Equals/,
    ],
    [
      'a type with a typing error',
      [category('Data'), { Field: 'resources.type', Equals: ['AWS::S3::Objects'] }],
      /S3 has AWS::S3::AccessPoint, AWS::S3::Object/,
    ],
    [
      'a type of no form',
      [category('Data'), { Field: 'resources.type', Equals: ['S3'] }],
      /must be a resource type/,
    ],
    ['an ARN that is none', [...data, { Field: 'resources.ARN', Equals: ['bucket/key'] }], /must be the ARN/],
    [
      'a wildcard as source',
      [category('NetworkActivity'), { Field: 'eventSource', Equals: ['*'] }],
      /must be an event source/,
    ],
    ['network activity without a source', [category('NetworkActivity')], /eventSource is required/],
    [
      'network activity of two sources',
      [
        category('NetworkActivity'),
        { Field: 'eventSource', Equals: ['kms.amazonaws.com', 's3.amazonaws.com'] },
      ],
      /one value only/,
    ],
    [
      'network activity but of',
      [category('NetworkActivity'), { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }],
      /can only use Equals/,
    ],
    [
      'another error',
      [...network, { Field: 'errorCode', Equals: ['AccessDenied'] }],
      /must be VpceAccessDenied/,
    ],
    [
      'another source than kms and rdsdata',
      [management, { Field: 'eventSource', NotEquals: ['iam.amazonaws.com'] }],
      /must be kms.amazonaws.com or rdsdata/,
    ],
    [
      'only kms',
      [management, { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }],
      /can only use NotEquals/,
    ],
    [
      'neither read nor write',
      [management, { Field: 'readOnly', Equals: ['True'] }],
      /must be true or false/,
    ],
    ['read and write', [management, { Field: 'readOnly', Equals: ['true', 'false'] }], /one value only/],
    [
      'not from the console',
      [...data, { Field: 'sessionCredentialFromConsole', Equals: ['false'] }],
      /must be true/,
    ],
    ['no operator', [management, { Field: 'readOnly' }], /at least one operator/],
    ['no value', [management, { Field: 'readOnly', Equals: [] }], /at least one value/],
    ['an empty value', [...data, { Field: 'eventName', Equals: [''] }], /one line of 1 to 2048/],
    ['a long value', [...data, { Field: 'eventName', Equals: ['x'.repeat(2049)] }], /one line of 1 to 2048/],
    ['a value of two lines', [...data, { Field: 'eventName', Equals: ['a\nb'] }], /one line of 1 to 2048/],
    ['a value twice', [...data, { Field: 'eventName', Equals: ['a', 'a'] }], /holds a value twice/],
    [
      'a field twice',
      [...data, { Field: 'eventName', Equals: ['a'] }, { Field: 'eventName', Equals: ['b'] }],
      /eventName can be used once/,
    ],
    [
      'a value in and out',
      [...data, { Field: 'eventName', Equals: ['a'], NotEquals: ['a'] }],
      /both in Equals and in NotEquals/,
    ],
    [
      'a field of everything',
      [management, { Field: 'toString', Equals: ['a'] }],
      /toString is not supported/,
    ],
    ['no name of a field', [management, { Equals: ['a'] }], /is not supported/],
  ] as [string, FieldSelectorInput[], RegExp][]) {
    test(name, () => refused(fields, 'trail', problem));
  }

  test('no selector at all', () => assert.throws(() => readAdvancedSelectors([], 'trail'), SelectorFault));
  for (const name of ['x'.repeat(1001), 'two\nlines']) {
    test(`the name ${JSON.stringify(name.slice(0, 10))}`, () =>
      assert.throws(
        () => readAdvancedSelectors([{ Name: name, FieldSelectors: [management] }], 'trail'),
        SelectorFault,
      ));
  }
});

describe('500 values over all selectors', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `Event${i}`);
  const selector = (count: number) => ({
    FieldSelectors: [...data, { Field: 'eventName', StartsWith: names(count) }],
  });
  test('are allowed', () =>
    assert.equal(readAdvancedSelectors([selector(300), selector(196)], 'trail').length, 2));
  test('501 are not', () =>
    assert.throws(
      () => readAdvancedSelectors([selector(300), selector(197)], 'trail'),
      /up to 500 values.*501/,
    ));
});

test('selectors are kept as they were given', () => {
  assert.deepEqual(
    readAdvancedSelectors(
      [
        {
          Name: '',
          FieldSelectors: [
            management,
            { Field: 'eventSource', NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] },
          ],
        },
      ],
      'trail',
    ),
    [
      {
        name: '',
        fieldSelectors: [
          { field: 'eventCategory', equals: ['Management'] },
          { field: 'eventSource', notEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] },
        ],
      },
    ],
  );
});
