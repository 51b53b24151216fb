// SPDX-License-Identifier: Apache-2.0
/**
 * Oracles: CloudTrail User Guide, "CloudTrail Lake integrations event schema" (members, sizes); CloudTrail Data Service API
 * Reference, "ResultErrorEntry" (codes); OpenSSL's answer for the checksum; JSON.parse for what a record says.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { auditRecordFrame, readAuditEvent } from './audit-event.js';
import { compactJson } from './compact-json.js';

const owner = '111122223333';
const good = {
  version: '1.0',
  userIdentity: { type: 'User', principalId: 'u-1', details: { team: 'ops' } },
  eventSource: 'billing.example.com',
  eventName: 'RefundIssued',
  eventTime: '2026-11-21T10:00:00Z',
  UID: 'a-1',
  recipientAccountId: owner,
};

function read(event: unknown, checksum?: string) {
  return readAuditEvent(typeof event === 'string' ? event : JSON.stringify(event), checksum, owner);
}
function codeOf(event: unknown, checksum?: string): string {
  const answer = read(event, checksum);
  return 'errorCode' in answer ? answer.errorCode : 'taken';
}
const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

describe('what is asked of an event', () => {
  const cases: readonly [what: string, event: unknown, verdict: string][] = [
    ['all that is required', good, 'taken'],
    [
      'all that is optional',
      {
        ...good,
        userAgent: 'curl',
        sourceIPAddress: '2001:db8::1',
        errorCode: 'Denied',
        errorMessage: 'no',
        requestParameters: {},
        responseElements: { a: [1] },
        additionalEventData: { b: null },
      },
      'taken',
    ],
    ['members of its own besides', { ...good, tenant: 'x' }, 'taken'],
    ...['version', 'userIdentity', 'eventSource', 'eventName', 'eventTime', 'UID', 'recipientAccountId']
      .map((name) => [`no ${name}`, without(name), 'FieldNotFound'] as const)
      .map((each) => [...each] as [string, unknown, string]),
    ['no type of user', { ...good, userIdentity: { principalId: 'x' } }, 'FieldNotFound'],
    ['no principal', { ...good, userIdentity: { type: 'x' } }, 'FieldNotFound'],
    ['an identity that is a text', { ...good, userIdentity: 'me' }, 'InvalidData'],
    [
      'details that are a text',
      { ...good, userIdentity: { type: 'x', principalId: 'y', details: 'z' } },
      'InvalidData',
    ],
    ['a name that is a number', { ...good, eventName: 1 }, 'InvalidData'],
    ['parameters that are a list', { ...good, requestParameters: [] }, 'InvalidData'],
    ['a name that is too long', { ...good, eventName: 'x'.repeat(1_025) }, 'FieldTooLong'],
    ['a version that is too long', { ...good, version: 'x'.repeat(257) }, 'FieldTooLong'],
    ['parameters of 100 KB', { ...good, requestParameters: { a: 'x'.repeat(100 * 1024) } }, 'FieldTooLong'],
    [
      'additional data of 28 KB',
      { ...good, additionalEventData: { a: 'x'.repeat(28 * 1024) } },
      'FieldTooLong',
    ],
    ['256 KB in all', { ...good, own: 'x'.repeat(256 * 1024) }, 'FieldTooLong'],
    ['somebody else', { ...good, recipientAccountId: '444455556666' }, 'InvalidRecipient'],
    ['no JSON', '{"version":', 'InvalidData'],
    ['JSON that is no object', '["a"]', 'InvalidData'],
    ['a time without a zone', { ...good, eventTime: '2026-11-21T10:00:00' }, 'taken'],
    ['a time that is none', { ...good, eventTime: 'yesterday' }, 'InvalidData'],
    ['a day that is none', { ...good, eventTime: '2026-02-31T10:00:00Z' }, 'InvalidData'],
    ['a member twice', `{"eventName":"Other",${JSON.stringify(good).slice(1)}`, 'InvalidData'],
    [
      'a member twice, where a space stands before the colon',
      `{"eventName" :"Other",${JSON.stringify(good).slice(1)}`,
      'InvalidData',
    ],
    ['a quote and a colon in a text', { ...good, own: 'a":b' }, 'taken'],
    ['99 levels within', { ...good, own: JSON.parse('['.repeat(99) + ']'.repeat(99)) }, 'taken'],
    ['100 levels within', { ...good, own: JSON.parse('['.repeat(100) + ']'.repeat(100)) }, 'InvalidData'],
    [
      'very many levels',
      `${JSON.stringify(good).slice(0, -1)},"own":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'InvalidData',
    ],
    [
      'a member twice, once escaped',
      `{"event\\u004eame":"Other",${JSON.stringify(good).slice(1)}`,
      'InvalidData',
    ],
  ];
  for (const [what, event, verdict] of cases)
    test(`${what}: ${verdict}`, () => assert.equal(codeOf(event), verdict));

  test('a checksum has to be that of the text as it was sent', () => {
    // printf %s '{"a":1}' | openssl dgst -binary -sha256 | base64
    assert.equal(codeOf('{"a":1}', 'AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI='), 'FieldNotFound');
    assert.equal(codeOf('{"a":1}', 'BVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI='), 'InvalidChecksum');
    assert.equal(codeOf('{"a": 1}', 'AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI='), 'InvalidChecksum');
  });
});

describe('the record', () => {
  const toRecord = auditRecordFrame({
    region: 'eu-west-1',
    recipientAccountId: owner,
    channelArn: `arn:aws:cloudtrail:eu-west-1:${owner}:channel/c`,
    ingestionTime: '2026-11-21T10:00:05Z',
  });

  test('has the documented members, and the event as it was sent', () => {
    const event = read(good);
    assert.ok('json' in event);
    assert.deepEqual(JSON.parse(toRecord('e-1', event)), {
      eventVersion: '1.0',
      eventCategory: 'ActivityAuditLog',
      eventType: 'ActivityLog',
      eventID: 'e-1',
      eventTime: '2026-11-21T10:00:00Z',
      awsRegion: 'eu-west-1',
      recipientAccountId: owner,
      metadata: {
        ingestionTime: '2026-11-21T10:00:05Z',
        channelARN: `arn:aws:cloudtrail:eu-west-1:${owner}:channel/c`,
      },
      eventData: good,
    });
  });

  for (const [given, utc] of [
    ['2026-11-21T10:00:00', '2026-11-21T10:00:00Z'],
    ['2026-11-21T10:00:00.987Z', '2026-11-21T10:00:00Z'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T08:00:00Z'],
  ] as const)
    test(`a time of ${given} is ${utc}`, () => {
      const event = read({ ...good, eventTime: given });
      assert.equal('eventTime' in event && event.eventTime, utc);
    });

  // Oracle: the calendar.
  for (const none of [
    '2026-00-10T10:00:00Z',
    '2026-13-10T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-31T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2026-11-21T10:00:60Z',
    '2O26-11-21T10:00:00Z',
    '2026-1x-21T10:00:00Z',
    '2026-11-21 10:00:00Z',
    '2026-11-21T10:00:00z',
    '2026/11/21T10:00:00Z',
  ])
    test(`${none} is no time`, () => assert.equal(codeOf({ ...good, eventTime: none }), 'InvalidData'));
  test('the 29th of February of a leap year, and the last of a month, are times', () => {
    for (const time of ['2028-02-29T23:59:59Z', '2026-12-31T00:00:00Z'])
      assert.equal(codeOf({ ...good, eventTime: time }), 'taken');
  });

  test('numbers that JavaScript would round, and texts of any script, stay as they were', () => {
    const text = JSON.stringify(good).replace('"ops"', '"ops\\u0041 é",  "id": 12345678901234567890.10');
    const event = read(text);
    assert.ok('json' in event);
    assert.ok(event.json.includes('"ops\\u0041 é",  "id": 12345678901234567890.10'), event.json);
  });
});

test('any event, however it is written, is kept on one line with its value; with a member twice it is not taken', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string().map((text) => ({ [`${text}":`]: '":', list: ['" :', '"\u00a0:'] })),
  );
  const spaces = fc.constantFrom('', ' ', '\t', '\n', '\r\n', '  ');
  fc.assert(
    fc.property(value, spaces, spaces, spaces, (own, before, behind, between) => {
      const members = JSON.stringify({ ...good, own }).slice(1, -1);
      const text = `{"more"${before}:${behind}1${between},${members}${between}}`;
      const event = read(text);
      assert.ok('json' in event, JSON.stringify(event));
      assert.deepEqual(JSON.parse(event.json), JSON.parse(text));
      assert.doesNotMatch(event.json, /[\r\n]/);
      assert.equal(codeOf(`{"eventName"${before}:${behind}"x"${between},${members}}`), 'InvalidData');
    }),
  );
});

test('compacting: one line, the same value, whatever the white space', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(1, '\t', '\n '), (value, space) => {
      const written = JSON.stringify(value);
      assert.equal(compactJson(JSON.stringify(value, null, space as string)), written);
    }),
  );
});

test('a member twice at any depth is noticed, the same name in two objects is none', () => {
  assert.equal(compactJson('{"a":[{"b":1,"b":2}]}'), undefined);
  assert.equal(
    compactJson('{"a": {"a": ["a", "a"]}, "b": {"a": "b,{"}}'),
    '{"a":{"a":["a","a"]},"b":{"a":"b,{"}}',
  );
});
