// SPDX-License-Identifier: Apache-2.0
// Oracle: the reference matcher beside it (JSON.parse, by the words of the documentation), itself checked against the worked
// example of the CloudTrail User Guide, "Filtering data events by using advanced event selectors".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LoggedRecord } from '../../ports/event-log.js';
import { categoryOf } from '../../record/event-category.js';
import { factsOf, writeFacts } from '../../record/record-facts.js';
import { fixtureEvents, sharedEvents } from '../../record/testing/recorded-events.js';
import { seedOfRun } from '../../testing/random.js';
import { readAdvancedSelectors } from './advanced-selectors.js';
import { readBasicSelectors } from './basic-selectors.js';
import { type CompiledSelectors, compiledSelectors } from './compile-selectors.js';
import { SelectorMatcher } from './selector-matcher.js';
import { advancedSelectors, basicSelectors, loggedRecords } from './testing/random-selectors.js';
import { selectsByTheBook } from './testing/reference-matcher.js';
import type { TrailSelectors } from './trail-selectors.js';

const seed = seedOfRun();
const shown = `seed ${seed}`;

const basic = basicSelectors.map(
  (inputs): TrailSelectors => ({ kind: 'basic', selectors: readBasicSelectors(inputs) }),
);
const advanced = advancedSelectors.map(
  (inputs): TrailSelectors => ({ kind: 'advanced', selectors: readAdvancedSelectors(inputs, 'trail') }),
);

/** As it comes from where it was made. */
function withFacts(record: LoggedRecord): LoggedRecord {
  return { ...record, ...writeFacts(factsOf(JSON.parse(record.json) as object, record.category)) };
}

/** One for the same selectors, so that what it keeps of one record is asked for the next. */
const matchers = new WeakMap<CompiledSelectors, SelectorMatcher<string>>();

function verdicts(selectors: TrailSelectors, record: LoggedRecord): [compiled: boolean, reference: boolean] {
  const compiled = compiledSelectors(selectors);
  let matcher = matchers.get(compiled);
  if (matcher === undefined) {
    matcher = new SelectorMatcher([{ asker: 'trail', selectors: compiled }]);
    matchers.set(compiled, matcher);
  }
  const isSelected = matcher.select(record).length > 0;
  assert.equal(matcher.select(withFacts(record)).length > 0, isSelected, 'the same with facts and without');
  return [isSelected, selectsByTheBook(selectors, record)];
}

/** Runs of the property in which selectors and record met: a property that never selects would prove nothing. */
function agreement(selectors: fc.Arbitrary<TrailSelectors>, numRuns: number): number {
  let selected = 0;
  fc.assert(
    fc.property(selectors, fc.array(loggedRecords, { minLength: 1, maxLength: 4 }), (given, records) => {
      for (const record of records) {
        const [compiled, reference] = verdicts(given, record);
        assert.equal(compiled, reference, `${JSON.stringify(given)} ${record.category} ${record.json}`);
        if (compiled) selected += 1;
        if (compiled) assert.ok(compiledSelectors(given).has(record.category));
      }
    }),
    { numRuns, seed },
  );
  return selected;
}

describe(`compiled and by the book (${shown})`, () => {
  test('basic selectors, 5,000 times', () => assert.ok(agreement(basic, 5_000) > 500));
  test('advanced selectors, 10,000 times', () => assert.ok(agreement(advanced, 10_000) > 300));

  test('several trails at once over the same records, 3,000 times', () => {
    const both = fc.array(fc.oneof(basic, advanced), { minLength: 2, maxLength: 5 });
    let some = 0;
    fc.assert(
      fc.property(both, fc.array(loggedRecords, { minLength: 2, maxLength: 5 }), (trails, records) => {
        const matcher = new SelectorMatcher(
          trails.map((asker) => ({ asker, selectors: compiledSelectors(asker) })),
        );
        for (const record of records) {
          const expected = trails.filter((each) => selectsByTheBook(each, record));
          assert.deepEqual(matcher.select(record), expected, record.json);
          assert.deepEqual(matcher.select(withFacts(record)), expected, record.json);
          if (expected.length > 0 && expected.length < trails.length) some += 1;
        }
      }),
      { numRuns: 3_000, seed },
    );
    assert.ok(some > 300, `some, but not all of the trails select: ${some}`);
  });

  test('recorded events', () => {
    const events = sharedEvents() ?? fixtureEvents();
    const records = events.map(
      (event): LoggedRecord => ({
        accountId: '111122223333',
        region: 'us-east-1',
        category: categoryOf({
          eventCategory: event.eventCategory,
          eventType: event.eventType,
          managementEvent: String(event.managementEvent ?? ''),
          eventSource: event.eventSource,
          eventName: event.eventName,
        }),
        json: JSON.stringify(event),
      }),
    );
    const [some] = fc.sample(
      fc.tuple(fc.array(basic, { minLength: 30 }), fc.array(advanced, { minLength: 30 })),
      {
        numRuns: 1,
        seed,
      },
    );
    assert.ok(some !== undefined && records.length > 10);
    for (const record of records) for (const each of some.flat()) assert.equal(...verdicts(each, record));
  });
});

function record(members: object, category: LoggedRecord['category'] = 'Data'): LoggedRecord {
  return { accountId: '111122223333', region: 'us-east-1', category, json: JSON.stringify(members) };
}

function trailSelectors(...fieldSelectors: object[]): TrailSelectors {
  return {
    kind: 'advanced',
    selectors: readAdvancedSelectors([{ FieldSelectors: fieldSelectors }], 'trail'),
  };
}

function checkBoth(selectors: TrailSelectors, given: LoggedRecord, expected: boolean): void {
  assert.deepEqual(verdicts(selectors, given), [expected, expected]);
}

describe("the user guide's example of several conditions for a field", () => {
  const selectors = trailSelectors(
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    {
      Field: 'resources.ARN',
      Equals: ['arn:aws:s3:::amzn-s3-demo-bucket/object1'],
      StartsWith: ['arn:aws:s3:::amzn-s3-demo-bucket/'],
      EndsWith: ['object3'],
      NotStartsWith: ['arn:aws:s3:::amzn-s3-demo-bucket/deselect'],
      NotEndsWith: ['object5'],
      NotEquals: ['arn:aws:s3:::amzn-s3-demo-bucket/object6'],
    },
  );
  for (const [arn, expected] of [
    ['amzn-s3-demo-bucket/object1', true],
    ['amzn-s3-demo-bucket/object2', true],
    ['amzn-s3-demo-bucket1/object3', true],
    ['amzn-s3-demo-bucket/deselectObject4', false],
    ['amzn-s3-demo-bucket/object5', false],
    ['amzn-s3-demo-bucket/object6', false],
    ['amzn-s3-demo-bucket1/object7', false],
  ] as const) {
    test(`${arn} ${expected ? 'is' : 'is not'} delivered`, () =>
      checkBoth(
        selectors,
        record({ resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${arn}` }] }),
        expected,
      ));
  }
});

describe('what callers write never stands in for what CloudTrail writes', () => {
  const readsOfS3 = trailSelectors(
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    { Field: 'readOnly', Equals: ['true'] },
  );
  const object = { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::b/k' };
  for (const [name, members, expected] of [
    ['the record itself', { readOnly: true, resources: [object] }, true],
    [
      'readOnly in the parameters',
      { requestParameters: { readOnly: true }, readOnly: false, resources: [object] },
      false,
    ],
    [
      'readOnly behind it',
      { readOnly: false, resources: [object], responseElements: { readOnly: true } },
      false,
    ],
    [
      'readOnly in a text',
      { requestParameters: { k: '"readOnly":true,' }, readOnly: false, resources: [object] },
      false,
    ],
    ['resources in the parameters', { requestParameters: { resources: [object] }, readOnly: true }, false],
    ['a text that ends in a backslash', { userAgent: '\\', readOnly: true, resources: [object] }, true],
  ] as const) {
    test(name, () => checkBoth(readsOfS3, record(members), expected));
  }
});

describe('data events by what they are about', () => {
  const basicOf = (...values: string[]): TrailSelectors => ({
    kind: 'basic',
    selectors: readBasicSelectors([
      { IncludeManagementEvents: false, DataResources: [{ Type: 'AWS::S3::Object', Values: values }] },
    ]),
  });
  const bucket = { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::b' };
  const list = { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::b/in/' };
  const s3 = { eventSource: 's3.amazonaws.com' };
  for (const [name, values, members, expected] of [
    ['all, the short form', ['arn:aws:s3'], { ...s3, resources: [bucket] }, true],
    ['all, the long form', ['arn:aws:s3:::'], { ...s3, resources: [bucket] }, true],
    [
      'a refused call on no bucket: of every bucket',
      ['arn:aws:s3'],
      { ...s3, errorCode: 'NoSuchBucket' },
      true,
    ],
    [
      'a refused call on no bucket: of no certain one',
      ['arn:aws:s3:::bbb/'],
      { ...s3, errorCode: 'NoSuchBucket' },
      false,
    ],
    [
      'HeadBucket: of its bucket',
      ['arn:aws:s3:::bbb/'],
      { ...s3, resources: [{ ...bucket, ARN: 'arn:aws:s3:::bbb' }] },
      true,
    ],
    [
      'HeadBucket: of no prefix in it',
      ['arn:aws:s3:::bbb/in'],
      { ...s3, resources: [{ ...bucket, ARN: 'arn:aws:s3:::bbb' }] },
      false,
    ],
    [
      'a list under the prefix',
      ['arn:aws:s3:::bbb/in'],
      { ...s3, resources: [{ ...list, ARNPrefix: 'arn:aws:s3:::bbb/in/' }, bucket] },
      true,
    ],
    [
      'a list above the prefix',
      ['arn:aws:s3:::bbb/in/a'],
      { ...s3, resources: [{ ...list, ARNPrefix: 'arn:aws:s3:::bbb/in/' }, bucket] },
      false,
    ],
    [
      'a bucket whose name goes on',
      ['arn:aws:s3:::bbb/'],
      { ...s3, resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::bbbb/k' }] },
      false,
    ],
    [
      'an access point',
      ['arn:aws:s3'],
      { ...s3, resources: [{ type: 'AWS::S3::AccessPoint', ARN: 'arn:aws:s3:r:1:accesspoint/p' }] },
      false,
    ],
  ] as const) {
    test(name, () => checkBoth(basicOf(...values), record(members), expected));
  }

  test('a Lambda function is itself, not one whose name goes on', () => {
    const arn = 'arn:aws:lambda:us-west-2:111111111111:function:helloworld';
    const selectors: TrailSelectors = {
      kind: 'basic',
      selectors: readBasicSelectors([{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: [arn] }] }]),
    };
    const invoke = (ARN: string) => record({ resources: [{ type: 'AWS::Lambda::Function', ARN }] });
    checkBoth(selectors, invoke(arn), true);
    checkBoth(selectors, invoke(`${arn}2`), false);
  });
});

test('basic selectors never select network activity, default ones nothing but management events', () => {
  const all: TrailSelectors = { kind: 'basic', selectors: readBasicSelectors([{}]) };
  for (const category of ['Management', 'Data', 'NetworkActivity', 'Insight'] as const)
    checkBoth(all, record({ eventSource: 's3.amazonaws.com' }, category), category === 'Management');
});

test('network activity is selected by source, error and endpoint', () => {
  const selectors = trailSelectors(
    { Field: 'eventCategory', Equals: ['NetworkActivity'] },
    { Field: 'eventSource', Equals: ['kms.amazonaws.com'] },
    { Field: 'errorCode', Equals: ['VpceAccessDenied'] },
    { Field: 'vpcEndpointId', NotStartsWith: ['vpce-0'] },
  );
  const event = { eventSource: 'kms.amazonaws.com', errorCode: 'VpceAccessDenied', vpcEndpointId: 'vpce-1' };
  checkBoth(selectors, record(event, 'NetworkActivity'), true);
  checkBoth(selectors, record(event, 'Management'), false);
  checkBoth(selectors, record({ ...event, vpcEndpointId: 'vpce-01' }, 'NetworkActivity'), false);
  checkBoth(selectors, record({ ...event, errorCode: undefined }, 'NetworkActivity'), false);
  checkBoth(selectors, record({ ...event, eventSource: 's3.amazonaws.com' }, 'NetworkActivity'), false);
});
