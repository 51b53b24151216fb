// SPDX-License-Identifier: Apache-2.0
// Oracle: the forms that the IAM API Reference gives ("AccessKey"), and the documents put in by the test.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Revision, StateEntry } from '../ports/state-store.js';
import { type AccessKeyDocument, AccessKeys, accessKeyKey, newAccessKey } from './access-keys.js';
import { accountKey } from './account-documents.js';
import { userKey } from './iam-documents.js';
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

const accountId = '111122223333';

/** A user's key beside whatever else is in state. */
function userKeyWith(others: Readonly<Record<string, unknown>>): AccessKeys {
  const document: AccessKeyDocument = {
    accessKeyId,
    accountId,
    owner: { kind: 'user', userName: 'jane', userId: 'AIDACKCEVSQ6C2EXAMPLE' },
    sealedSecret: box.seal(secretAccessKey, accessKeyId),
    status: 'Active',
    createdAtMs: 0,
  };
  const values: Readonly<Record<string, unknown>> = { [accessKeyKey(accessKeyId)]: document, ...others };
  const get = <T>(key: string) =>
    values[key] === undefined ? undefined : { key, value: values[key] as T, revision: 'r' as Revision };
  return new AccessKeys({ get }, box);
}

const jane = { accountId, userName: 'jane', userId: 'AIDACKCEVSQ6C2EXAMPLE', path: '/division/' };

describe('a user’s access key', () => {
  const key = userKey(accountId, 'jane');
  test('names the user as it is now', () =>
    assert.deepEqual(userKeyWith({ [key]: jane }).find(accessKeyId), {
      secret: secretAccessKey,
      principal: {
        kind: 'user',
        accountId,
        userName: 'jane',
        userId: 'AIDACKCEVSQ6C2EXAMPLE',
        arn: `arn:aws:iam::${accountId}:user/division/jane`,
        accessKeyId,
      },
    }));
  test('ends with its user', () => assert.equal(userKeyWith({}).find(accessKeyId), undefined));
  test('does not pass to who gets the name next', () => {
    const another = { ...jane, userId: 'AIDAANOTHERONEEXAMPLE' };
    assert.equal(userKeyWith({ [key]: another }).find(accessKeyId), undefined);
  });
  test('ends with its account', () => {
    const closed = { accountId, createdAtMs: 0, closedAtMs: 1 };
    const keys = userKeyWith({ [key]: jane, [accountKey(accountId)]: closed });
    assert.equal(keys.find(accessKeyId), undefined);
  });
});

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
