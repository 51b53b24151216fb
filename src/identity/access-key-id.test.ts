// SPDX-License-Identifier: Apache-2.0
// Oracle: the forms of IAM User Guide, "IAM identifiers"; an account comes back out of an id that was made for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { accountOfAccessKeyId, newAccessKeyId } from './access-key-id.js';

describe('ids of access keys', () => {
  test('carry their account', () => {
    const account = fc.integer({ min: 0, max: 999_999_999_999 }).map((n) => String(n).padStart(12, '0'));
    fc.assert(
      fc.property(account, fc.constantFrom('AKIA' as const, 'ASIA' as const), (accountId, prefix) => {
        const id = newAccessKeyId(prefix, accountId);
        assert.match(id, new RegExp(`^${prefix}[A-Z2-7]{16}$`));
        assert.equal(accountOfAccessKeyId(id), accountId);
      }),
      { verbose: 1 },
    );
  });
  test('differ', () => {
    const ids = new Set(Array.from({ length: 1_000 }, () => newAccessKeyId('ASIA', '111122223333')));
    assert.equal(ids.size, 1_000);
  });
  for (const odd of ['', 'ASIA', 'AIDAIOSFODNN7EXAMPLE2', 'ASIA1111111111111111', 'AKIA7777777777777777'])
    test(`"${odd}" carries none`, () => assert.equal(accountOfAccessKeyId(odd), undefined));
});
