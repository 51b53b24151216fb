// SPDX-License-Identifier: Apache-2.0
// Oracle: the calls that end digests, as CloudTrail records them (CloudTrail User Guide, "CloudTrail digest file structure",
// "Creating a trail for an organization"); everything else is no reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAboutTrail, stopEventsIn } from './verify-stop.js';

function found(record: object): unknown[] {
  const whole = {
    eventTime: '2026-11-21T10:00:00Z',
    eventID: 'e',
    recipientAccountId: '222222222222',
    ...record,
  };
  return stopEventsIn(Buffer.from(JSON.stringify({ Records: [whole] }))).map(({ trail, accountId }) => [
    trail,
    accountId,
  ]);
}

const cloudtrail = { eventSource: 'cloudtrail.amazonaws.com' };
const organizations = { eventSource: 'organizations.amazonaws.com' };
const update = (change: object) => ({
  ...cloudtrail,
  eventName: 'UpdateTrail',
  requestParameters: { name: 't', ...change },
});

const cases: [what: string, record: object, ends: unknown[]][] = [
  [
    'StopLogging',
    { ...cloudtrail, eventName: 'StopLogging', requestParameters: { name: 't' } },
    [['t', undefined]],
  ],
  ['validation off', update({ enableLogFileValidation: false }), [['t', undefined]]],
  [
    'another folder: of the organization, or no more',
    update({ isOrganizationTrail: false }),
    [['t', undefined]],
  ],
  ['an update of something else', update({ snsTopicName: 'x' }), []],
  [
    'leaving',
    { ...organizations, eventName: 'LeaveOrganization', requestParameters: null },
    [['', '222222222222']],
  ],
  [
    'removing: of whom it removes',
    {
      ...organizations,
      eventName: 'RemoveAccountFromOrganization',
      requestParameters: { accountId: '333333333333' },
    },
    [['', '333333333333']],
  ],
  ['a refused one', { ...organizations, eventName: 'LeaveOrganization', errorCode: 'AccessDenied' }, []],
  [
    'the same name of another service',
    { eventSource: 'x.amazonaws.com', eventName: 'LeaveOrganization' },
    [],
  ],
];
for (const [what, record, ends] of cases) test(what, () => assert.deepEqual(found(record), ends));

test('leaving is about every trail of the organization', () => {
  const event = { eventName: 'LeaveOrganization', eventTime: '', eventId: '', caller: '', trail: '' };
  assert.ok(isAboutTrail({ ...event, accountId: '222222222222' }, 'any'));
  assert.ok(!isAboutTrail({ ...event, trail: 'other' }, 'any'));
});
