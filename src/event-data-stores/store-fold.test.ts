// SPDX-License-Identifier: Apache-2.0
// Oracle: what each store of the test asks for, written beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membershipKey } from '../identity/organization-documents.js';
import { type EventDataStoreDocument, eventDataStoreKey } from './event-data-store.js';
import { StoreFold } from './store-fold.js';

const owner = '111122223333';
const member = '444455556666';

function change(id: string, more: Partial<EventDataStoreDocument>) {
  const value = {
    id,
    accountId: owner,
    region: 'us-east-1',
    status: 'ENABLED',
    isMultiRegion: true,
    selectors: [{ fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }] }],
    retentionDays: 30,
    ...more,
  };
  return { key: eventDataStoreKey(owner, 'us-east-1', id), value };
}

test('what stores want in events: together, by account and category, as long as they take events', () => {
  const fold = new StoreFold();
  assert.equal(fold.demandOf(owner, 'Management'), undefined);
  fold.apply([change('plain', {})]);
  assert.equal(fold.demandOf(owner, 'Management'), undefined);
  fold.apply([
    change('one', {
      maxEventSize: 'Large',
      contextKeySelectors: [
        { type: 'RequestContext', equals: ['aws:userid'] },
        { type: 'TagContext', equals: ['a', 'b'] },
      ],
    }),
    change('two', {
      maxEventSize: 'Large',
      organizationId: 'o-1',
      contextKeySelectors: [{ type: 'TagContext', equals: ['b', 'c'] }],
    }),
  ]);
  const both = { requestKeys: ['aws:userid'], tagKeys: ['a', 'b', 'c'], isLarge: true };
  assert.deepEqual(fold.demandOf(owner, 'Management'), both);
  assert.equal(fold.demandOf(owner, 'Data'), undefined);
  assert.equal(fold.demandOf(owner, 'NetworkActivity'), undefined);
  assert.equal(fold.demandOf(member, 'Management'), undefined);
  fold.apply([{ key: membershipKey(member), value: { accountId: member, organizationId: 'o-1' } }]);
  assert.deepEqual(fold.demandOf(member, 'Management'), {
    requestKeys: [],
    tagKeys: ['b', 'c'],
    isLarge: true,
  });
  assert.deepEqual(
    new StoreFold(JSON.parse(JSON.stringify(fold.save()))).demandOf(owner, 'Management'),
    both,
  );
  fold.apply([change('one', { status: 'STOPPED_INGESTION' }), change('two', { maxEventSize: 'Large' })]);
  assert.deepEqual(fold.demandOf(owner, 'Management'), { requestKeys: [], tagKeys: [], isLarge: true });
});
