// SPDX-License-Identifier: Apache-2.0
// Oracle: queries written out by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CommandError } from './command-error.js';
import { type FilterFlags, toFilter } from './event-filters.js';

const main = '111122223333';

describe('toFilter', () => {
  const cases: [string, FilterFlags, object][] = [
    ['nothing', {}, { accountId: main, attributes: [] }],
    [
      'a user and a name',
      { user: 'alice', name: 'X' },
      {
        accountId: main,
        attributes: [
          { key: 'Username', value: 'alice' },
          { key: 'EventName', value: 'X' },
        ],
      },
    ],
    [
      'a short source',
      { source: 's3' },
      { accountId: main, attributes: [{ key: 'EventSource', value: 's3.amazonaws.com' }] },
    ],
    [
      'a full source',
      { source: 's3.amazonaws.com' },
      { accountId: main, attributes: [{ key: 'EventSource', value: 's3.amazonaws.com' }] },
    ],
    [
      'everything else',
      {
        resource: 'b',
        resourceType: 'T',
        accessKey: 'K',
        eventId: 'I',
        readOnly: 'FALSE',
        category: 'data',
        region: 'r',
        account: '444455556666',
      },
      {
        accountId: '444455556666',
        region: 'r',
        category: 'Data',
        attributes: [
          { key: 'ResourceName', value: 'b' },
          { key: 'ResourceType', value: 'T' },
          { key: 'AccessKeyId', value: 'K' },
          { key: 'EventId', value: 'I' },
          { key: 'ReadOnly', value: 'false' },
        ],
      },
    ],
  ];
  for (const [title, flags, expected] of cases)
    test(title, () => assert.deepEqual(toFilter(flags, main), expected));

  for (const flags of [{ account: '1' }, { readOnly: 'yes' }, { category: 'x' }, { user: '' }]) {
    test(`refuses ${JSON.stringify(flags)}`, () => {
      assert.throws(
        () => toFilter(flags, main),
        (error) => error instanceof CommandError && error.exitCode === 2,
      );
    });
  }
});
