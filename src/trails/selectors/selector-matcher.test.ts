// SPDX-License-Identifier: Apache-2.0
// Oracle: what the selectors say of each record, whatever was judged before it. Agreement with the reference matcher is tested
// in compile-selectors.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedRecord } from '../../ports/event-log.js';
import { readAdvancedSelectors } from './advanced-selectors.js';
import { readBasicSelectors } from './basic-selectors.js';
import { compiledSelectors } from './compile-selectors.js';
import { plannedKindLengthMax, plansMax, SelectorMatcher } from './selector-matcher.js';

function dataRecord(members: object): LoggedRecord {
  return { accountId: '111122223333', region: 'us-east-1', category: 'Data', json: JSON.stringify(members) };
}

const objects = (name: object) =>
  compiledSelectors({
    kind: 'advanced',
    selectors: readAdvancedSelectors(
      [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
            name,
          ],
        },
      ],
      'trail',
    ),
  });

test('more kinds than are kept, and kinds that are too long for it', () => {
  const matcher = new SelectorMatcher([
    { asker: 'odd', selectors: objects({ Field: 'eventName', EndsWith: ['1', '3', '5', '7', '9'] }) },
    { asker: 'all', selectors: objects({ Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::b'] }) },
  ]);
  const resources = [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::bucket/k' }];
  for (const prefix of ['Get', 'x'.repeat(plannedKindLengthMax)]) {
    for (let i = 0; i < plansMax * 2; i++) {
      const got = matcher.select(dataRecord({ eventName: `${prefix}${i}`, resources }));
      assert.deepEqual(got, i % 2 === 1 ? ['odd', 'all'] : ['all'], String(i));
    }
  }
});

test('a record about several resources: type and ARN are of one and the same', () => {
  const matcher = new SelectorMatcher([
    { asker: 'a', selectors: objects({ Field: 'resources.ARN', Equals: ['arn:aws:s3:::b/a'] }) },
    { asker: 'not a', selectors: objects({ Field: 'resources.ARN', NotEquals: ['arn:aws:s3:::b/a'] }) },
    {
      asker: 'basic',
      selectors: compiledSelectors({
        kind: 'basic',
        selectors: readBasicSelectors([
          {
            DataResources: [
              { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::bbb/z'] },
              { Type: 'AWS::DynamoDB::Table', Values: ['arn:aws:dynamodb'] },
            ],
          },
        ]),
      }),
    },
  ]);
  const [object, table] = ['AWS::S3::Object', 'AWS::DynamoDB::Table'];
  const select = (...resources: [type: string | undefined, arn: string][]) =>
    matcher.select(dataRecord({ resources: resources.map(([type, ARN]) => ({ type, ARN })) }));
  assert.deepEqual(select([object, 'arn:aws:s3:::b/a']), ['a']);
  assert.deepEqual(select([object, 'arn:aws:s3:::b/a'], [object, 'arn:aws:s3:::b/b']), ['a', 'not a']);
  assert.deepEqual(select([table, 'arn:aws:s3:::b/a']), ['basic']);
  assert.deepEqual(select([table, 't'], [object, 'arn:aws:s3:::b/a']), ['a', 'basic']);
  assert.deepEqual(select([object, 'arn:aws:s3:::b/b'], [object, 'arn:aws:s3:::bbb/zz']), ['not a', 'basic']);
  assert.deepEqual(select(), []);
});
