// SPDX-License-Identifier: Apache-2.0
// Oracle: the forms that the IAM API Reference gives ("AccessKey"), and the documents put in by the test.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Revision, StateEntry } from '../ports/state-store.js';
import { type AccessKeyDocument, AccessKeys, accessKeyKey, newAccessKey } from './access-keys.js';
import { SecretBox } from './secret-box.js';

const box = new SecretBox(randomBytes(32));
const { accessKeyId, secretAccessKey } = newAccessKey();

function keysWith(change: Partial<AccessKeyDocument>): AccessKeys {
  const document: AccessKeyDocument = {
    accessKeyId,
    accountId: '111122223333',
    owner: { kind: 'root' },
    sealedSecret: box.seal(secretAccessKey, accessKeyId),
    status: 'Active',
    createdAtMs: 0,
    ...change,
  };
  const get = <T>(key: string) =>
    key === accessKeyKey(accessKeyId)
      ? ({ key, value: document as T, revision: 'r' as Revision } satisfies StateEntry<T>)
      : undefined;
  return new AccessKeys({ get }, box);
}

describe('access keys', () => {
  test('a new key has the forms of AWS', () => {
    assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.match(secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
  });
  test('an active key is found with its owner, also the second time', () => {
    const keys = keysWith({});
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(keys.find(accessKeyId), {
        secret: secretAccessKey,
        principal: { kind: 'root', accountId: '111122223333', accessKeyId },
      });
    }
  });
  test('an inactive key names nobody', () =>
    assert.equal(keysWith({ status: 'Inactive' }).find(accessKeyId), undefined));
  test('an unknown key names nobody', () =>
    assert.equal(keysWith({}).find('AKIAAAAAAAAAAAAAAAAA'), undefined));
  for (const odd of ['', '../root', 'AKIA/AAAAAAAAAAAAAAAA', 'A'.repeat(129)]) {
    test(`"${odd.slice(0, 24)}" is no key id and reaches no store`, () => {
      const keys = new AccessKeys({ get: () => assert.fail('the store was asked') }, box);
      assert.equal(keys.find(odd), undefined);
    });
  }
});
