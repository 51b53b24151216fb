// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import type { LoggedRecord } from '../../../ports/event-log.js';
import { type AdvancedSelectorInput, type FieldSelectorInput, wireOperator } from '../advanced-selectors.js';
import type { BasicSelectorInput } from '../basic-selectors.js';
import { type FieldRule, fieldRules } from '../field-rules.js';

/** Values of few kinds, so that selectors and records meet. */
const vocabulary: Readonly<Record<string, readonly string[]>> = {
  eventName: ['GetObject', 'PutObject', 'Put', 'Object', 'Invoke', 'CreateTrail', 'Decrypt'],
  eventSource: ['s3.amazonaws.com', 'kms.amazonaws.com', 'rdsdata.amazonaws.com', 'sns.amazonaws.com'],
  eventType: ['AwsApiCall', 'AwsServiceEvent', 'AwsVpceEvent'],
  errorCode: ['VpceAccessDenied', 'AccessDenied'],
  vpcEndpointId: ['vpce-1', 'vpce-12', 'vpce-2'],
  'userIdentity.arn': ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:user/a', 'user/"a"', 'a'],
  'resources.ARN': [
    'arn:aws:s3:::bucket/',
    'arn:aws:s3:::bucket/a',
    'arn:aws:s3:::bucket/ab',
    'arn:aws:s3:::bucket2/a',
    'arn:aws:s3:::bucket',
    'arn:aws:lambda:us-west-2:111122223333:function:f',
    'arn:aws:lambda:us-west-2:111122223333:function:ff',
    'arn:aws:dynamodb:us-west-2:111122223333:table/t',
  ],
  'resources.type': ['AWS::S3::Object', 'AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::SNS::Topic'],
};
const words = (field: string) => vocabulary[field] ?? ['x'];

/** Selectors that the rules allow for trails, of every field, operator and category. */
export const advancedSelectors: fc.Arbitrary<AdvancedSelectorInput[]> = fc.array(
  fc.constantFrom('Management', 'Data', 'NetworkActivity').chain(selectorOf),
  { minLength: 1, maxLength: 4 },
);

function selectorOf(category: string): fc.Arbitrary<AdvancedSelectorInput> {
  const rules = Object.entries(fieldRules.trail[category] ?? {});
  const fields = rules.map(([field, rule]): fc.Arbitrary<FieldSelectorInput | undefined> => {
    if (field === 'eventCategory') return fc.constant({ Field: field, Equals: [category] });
    const selector = fieldSelector(field, rule);
    return rule.isRequired === true ? selector : fc.option(selector, { nil: undefined, freq: 1 });
  });
  return fc.tuple(...fields).map((found) => ({ FieldSelectors: found.filter((each) => each !== undefined) }));
}

function fieldSelector(field: string, rule: FieldRule): fc.Arbitrary<FieldSelectorInput> {
  const pieces = words(field).flatMap((word) => [word, word.slice(0, -2), word.slice(3)]);
  const operands = rule.operators.map((operator) => {
    const candidates = new Set([...words(field), ...pieces, 'true', 'false'].filter((word) => word !== ''));
    const allowed = [...candidates].filter((word) => rule.valueProblem?.(word, operator) === undefined);
    const values = fc.uniqueArray(fc.constantFrom(...allowed), {
      minLength: 1,
      maxLength: Math.min(rule.valuesMax ?? 3, allowed.length),
    });
    return fc.tuple(fc.constant(wireOperator(operator)), values);
  });
  return fc
    .uniqueArray(fc.oneof(...operands), { minLength: 1, maxLength: 3, selector: ([operator]) => operator })
    .map((conditions) => ({ Field: field, ...Object.fromEntries(conditions) }))
    .filter(withoutConflict);
}

function withoutConflict(selector: FieldSelectorInput): boolean {
  const meets = (a: readonly string[] = [], b: readonly string[] = []) =>
    a.some((value) => b.includes(value));
  return !(
    meets(selector.Equals, selector.NotEquals) ||
    meets(selector.StartsWith, selector.NotStartsWith) ||
    meets(selector.EndsWith, selector.NotEndsWith)
  );
}

const resourceOf = (Type: string, ...values: string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }).map((Values) => ({ Type, Values }));

/** Basic selectors that the rules allow. */
export const basicSelectors: fc.Arbitrary<BasicSelectorInput[]> = fc.array(
  fc
    .record({
      ReadWriteType: fc.constantFrom(undefined, 'All', 'ReadOnly', 'WriteOnly'),
      IncludeManagementEvents: fc.constantFrom(undefined, true, false),
      DataResources: fc.array(
        fc.oneof(
          resourceOf(
            'AWS::S3::Object',
            'arn:aws:s3',
            'arn:aws:s3:::',
            'arn:aws:s3:::bucket/',
            'arn:aws:s3:::bucket/a',
            'arn:aws:s3:::bucket2/ab',
          ),
          resourceOf(
            'AWS::Lambda::Function',
            'arn:aws:lambda',
            'arn:aws:lambda:us-west-2:111122223333:function:f',
          ),
          resourceOf(
            'AWS::DynamoDB::Table',
            'arn:aws:dynamodb',
            'arn:aws:dynamodb:us-west-2:111122223333:table/t',
          ),
        ),
        { maxLength: 3 },
      ),
      ExcludeManagementEventSources: fc.subarray(['kms.amazonaws.com', 'rdsdata.amazonaws.com']),
    })
    .filter(
      ({
        IncludeManagementEvents: management,
        DataResources: data,
        ExcludeManagementEventSources: excluded,
      }) => (management === false ? excluded.length === 0 && data.length > 0 : true),
    ),
  { minLength: 1, maxLength: 5 },
);

const word = (field: string) =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...words(field)) }, { weight: 1, arbitrary: fc.string() });
/** What callers control: members that look like the record's own, at any depth, and strings that look like JSON. */
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string(),
    fc.constantFrom('"readOnly":true', '},"eventName":"GetObject",{', '\\', '\\"'),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('eventName', 'eventSource', 'readOnly', 'resources', 'userIdentity', 'arn', '"', 'é\\'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

const resources = fc.array(
  fc.oneof(
    fc.record(
      {
        type: fc.oneof(word('resources.type'), fc.constant('AWS::S3::Bucket')),
        ARN: word('resources.ARN'),
        ARNPrefix: word('resources.ARN'),
        accountId: fc.constant('111122223333'),
      },
      { requiredKeys: [] },
    ),
    hostile,
  ),
  { maxLength: 3 },
);

const recordMembers = fc.record(
  {
    requestParameters: hostile,
    userIdentity: fc.oneof(
      fc.record(
        { type: fc.constant('Root'), sessionContext: hostile, arn: word('userIdentity.arn') },
        { requiredKeys: [] },
      ),
      hostile,
    ),
    eventName: fc.oneof(word('eventName'), hostile),
    eventSource: fc.oneof(word('eventSource'), hostile),
    readOnly: fc.oneof(fc.boolean(), fc.constantFrom('true', 'false', null)),
    responseElements: hostile,
    resources: fc.oneof(resources, hostile),
    eventType: word('eventType'),
    errorCode: word('errorCode'),
    vpcEndpointId: word('vpcEndpointId'),
    sessionCredentialFromConsole: fc.constantFrom('true', true, false),
    additionalEventData: hostile,
  },
  { requiredKeys: [] },
);

/** Records of every category, with members missing, of wrong types, in any order and spacing, and names escaped. */
export const loggedRecords: fc.Arbitrary<LoggedRecord> = fc
  .tuple(
    recordMembers,
    fc.constantFrom('Management', 'Data', 'NetworkActivity', 'Insight'),
    fc.integer(),
    fc.constantFrom(undefined, 1, '\t'),
    fc.boolean(),
  )
  .map(([members, category, order, space, isEscaped]) => {
    const sorted = Object.entries(members).sort(
      ([a], [b]) => ((a.length * order) % 7) - ((b.length * order) % 7),
    );
    const json = JSON.stringify(Object.fromEntries(sorted), null, space);
    return {
      accountId: '111122223333',
      region: 'us-east-1',
      category: category as LoggedRecord['category'],
      json: isEscaped ? json.replaceAll('"eventName"', '"event\\u004eame"') : json,
    };
  });
