// SPDX-License-Identifier: Apache-2.0
// Oracle: the members of "Event" and "Resource" in the CloudTrail API Reference, written by hand; what was written reads as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LookupEvent, type LookupFields, lookupEventText, lookupFieldsOf } from './lookup-event-text.js';

const bare = {
  eventId: 'id',
  eventName: 'RunInstances',
  eventSource: 'ec2.amazonaws.com',
  eventTimeMs: 1_795_255_200_250,
  resources: [],
};

test('writes what AWS shows, in the order of its model', () => {
  const resources = [{ type: 'AWS::EC2::Instance', name: 'i-1' }, { name: 'nameless kind' }];
  const event = { ...bare, readOnly: 'false', username: 'alice', accessKeyId: 'AKIA', resources } as const;
  assert.equal(
    lookupEventText(event, '{"a":"ü\\n"}'),
    '{"EventId":"id","EventName":"RunInstances","ReadOnly":"false","AccessKeyId":"AKIA","EventTime":1795255200.25,' +
      '"EventSource":"ec2.amazonaws.com","Username":"alice","Resources":[{"ResourceType":"AWS::EC2::Instance",' +
      '"ResourceName":"i-1"},{"ResourceName":"nameless kind"}],"CloudTrailEvent":"{\\"a\\":\\"ü\\\\n\\"}"}',
  );
});

test('leaves out what the record does not say', () => {
  const event = JSON.parse(lookupEventText({ ...bare, eventTimeMs: 5_000 }, '{}')) as object;
  assert.deepEqual(event, {
    EventId: 'id',
    EventName: 'RunInstances',
    EventTime: 5,
    EventSource: 'ec2.amazonaws.com',
    Resources: [],
    CloudTrailEvent: '{}',
  });
});

test('reads as it was', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  const fields: fc.Arbitrary<LookupFields> = fc.record(
    {
      eventId: text,
      eventName: text,
      eventSource: text,
      eventTimeMs: fc.integer({ min: -1e12, max: 4e12 }),
      readOnly: fc.constantFrom('true' as const, 'false' as const),
      username: text,
      accessKeyId: text,
      resources: fc.array(fc.record({ type: text, name: text }, { requiredKeys: [] }), { maxLength: 3 }),
    },
    { requiredKeys: ['eventId', 'eventName', 'eventSource', 'eventTimeMs', 'resources'] },
  );
  fc.assert(
    fc.property(fields, text, (given, json) => {
      const event = JSON.parse(lookupEventText(given, json)) as LookupEvent;
      assert.deepEqual({ ...lookupFieldsOf(event), json: event.CloudTrailEvent }, plain({ ...given, json }));
    }),
  );
});

/** With ordinary prototypes. */
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
