// SPDX-License-Identifier: Apache-2.0
// Oracle: the facts that were written; and, for records of calls, those in the record's own JSON.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { factsOf, readKind, readResourceArns, readUserArn, writeFacts } from './record-facts.js';
import { factsLengthMax, recordTexts, sharedKindsMax } from './record-texts.js';
import { fixtureEvents, sharedEvents } from './testing/recorded-events.js';
import type { CloudTrailRecord } from './types.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '%', ' ', '%20', '%25', 'a b', 'arn:aws:s3:::b/k 100%', '\ud800'),
);
const optional = fc.option(text, { nil: undefined });

test('any facts come back', () => {
  const resource = fc.tuple(text, optional);
  fc.assert(
    fc.property(
      fc.record({
        eventSource: optional,
        eventName: optional,
        eventType: optional,
        errorCode: optional,
        vpcEndpointId: optional,
        readOnly: fc.constantFrom('true' as const, 'false' as const),
        sessionCredentialFromConsole: fc.constantFrom('true' as const, undefined),
      }),
      optional,
      fc.array(resource, { maxLength: 4 }),
      (kind, userArn, resources) => {
        const resourceTypes = resources.map(([type]) => type);
        const resourceArns = resources.map(([, arn]) => arn);
        const { factsKind, factsOwn } = writeFacts({ ...kind, resourceTypes, userArn, resourceArns });
        assert.deepEqual(readKind(factsKind), { ...kind, resourceTypes });
        assert.equal(readUserArn(factsOwn), userArn);
        assert.deepEqual(readResourceArns(factsOwn), resourceArns);
      },
    ),
    { numRuns: 2_000 },
  );
});

const call = (more: object) =>
  ({
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    eventCategory: 'Data',
    ...more,
  }) as CloudTrailRecord;

describe('the texts of a record', () => {
  test('its facts are those of its JSON', () => {
    const events = sharedEvents() ?? fixtureEvents();
    assert.ok(events.length > 10);
    for (const event of events) {
      const record = {
        ...event,
        eventCategory: event.eventCategory ?? 'Data',
      } as unknown as CloudTrailRecord;
      const { json, factsKind = '', factsOwn = '' } = recordTexts(record);
      const facts = factsOf(JSON.parse(json) as object, record.eventCategory);
      const { resourceArns, userArn, ...kind } = facts;
      assert.deepEqual(readKind(factsKind), kind);
      assert.deepEqual([readUserArn(factsOwn), readResourceArns(factsOwn)], [userArn, resourceArns]);
    }
  });

  test('facts that are long are left out', () => {
    const resources = [{ type: 'AWS::S3::Object', ARN: 'k'.repeat(factsLengthMax) }];
    assert.deepEqual(Object.keys(recordTexts(call({ resources }))), ['json']);
  });

  test('more kinds than are shared', () => {
    for (let i = 0; i < sharedKindsMax * 2 + 10; i++) {
      const { factsKind = '' } = recordTexts(call({ eventName: `Get${i}` }));
      assert.equal(readKind(factsKind).eventName, `Get${i}`);
    }
  });

  test('management events do not differ by what they are about', () => {
    const about = (ARN: string) =>
      recordTexts(
        call({
          eventCategory: 'Management',
          errorCode: ARN,
          resources: [{ type: `AWS::KMS::${ARN}`, ARN }],
        }),
      ).factsKind;
    assert.equal(about('a'), about('b'));
  });
});
