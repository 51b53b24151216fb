// SPDX-License-Identifier: Apache-2.0
// Oracle: the platform's own English date format (CLDR), whose words recorded events use; `Date.parse` for the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dateText, secondsText } from './date-text.js';

const english = new Intl.DateTimeFormat('en-US', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});
const anyDate = fc.date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });

describe('times in records', () => {
  test('the long form is what English readers write', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        assert.equal(dateText('iam', date), english.format(date).replaceAll('\u202f', ' '));
      }),
    );
  });

  test('the other forms name the same instant', () => {
    const date = new Date('2026-11-21T10:00:01.250Z');
    assert.equal(dateText('ec2', date), date.getTime());
    assert.equal(dateText('lambda', date), '2026-11-21T10:00:01.250+0000');
    assert.equal(dateText('apigateway', date), '2026-11-21T10:00:01Z');
    assert.equal(dateText('rolesanywhere', date), '2026-11-21T10:00:01.250Z');
  });

  test('eventTime has whole seconds, never later than the call', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const text = secondsText(date.getTime());
        assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.equal(Date.parse(text), Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  test('a date that is none is left out', () => {
    assert.equal(dateText('iam', new Date(Number.NaN)), undefined);
  });
});
