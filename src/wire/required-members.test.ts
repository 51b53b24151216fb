// SPDX-License-Identifier: Apache-2.0
// Oracle: the required members of CloudTrail's model (API Reference, "AddTags" and "Tag").
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { missingRequiredMembers } from './required-members.js';

function missingOf(input: unknown): string[] {
  const operation = cloudtrailModel.operations.get('AddTags');
  assert.ok(operation);
  return missingRequiredMembers(operation, input);
}

describe('required members', () => {
  test('a complete input lacks none', () =>
    assert.deepEqual(missingOf({ ResourceId: 'r', TagsList: [{ Key: 'k' }] }), []));
  test('what is missing is told by its path', () => {
    assert.deepEqual(missingOf({}), ['ResourceId', 'TagsList']);
    assert.deepEqual(missingOf({ ResourceId: 'r', TagsList: [{ Key: 'k' }, {}] }), ['TagsList[1].Key']);
  });
  test('of very many the first hundred', () => {
    const missing = missingOf({ TagsList: Array.from({ length: 60_000 }, () => ({})) });
    assert.equal(missing.length, 100);
    assert.equal(missing[0], 'ResourceId');
  });
});
