// SPDX-License-Identifier: Apache-2.0
// Oracle: a start may end anywhere between the file and the log; the next one must make the same root.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { EventLog, LogEntry, Position } from '../ports/event-log.js';
import type { Revision, StateEntry, StateStore } from '../ports/state-store.js';
import { AccessKeys, accessKeyKey, retiredRootKeyKey } from './access-keys.js';
import { accountKey } from './account-documents.js';
import { ensureRootKey, findRootKey, RootKeyError } from './first-start.js';
import { SecretBox } from './secret-box.js';

const root = {
  accountId: '111122223333',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const box = new SecretBox(randomBytes(32));

function stores() {
  const values = new Map<string, StateEntry>();
  const entries: LogEntry[] = [];
  const eventLog = {
    append: async (entry: LogEntry) => {
      entries.push(entry);
      for (const { key, value } of entry.kind === 'call' ? entry.changes : [])
        values.set(key, { key, value: JSON.parse(JSON.stringify(value)), revision: 'r' as Revision });
      return '1' as Position;
    },
  } as EventLog;
  const stateStore = {
    get: (key: string) => values.get(key),
    list: (prefix: string) => Array.from(values.values()).filter(({ key }) => key.startsWith(prefix)),
  } as StateStore;
  const deps = (secretBox = box, nowMs = 1) => ({ eventLog, stateStore, secretBox, nowMs });
  return { values, entries, stateStore, deps };
}

describe('the first start', () => {
  test('makes account and key in one entry without a record, and its secret is not readable in it', async () => {
    const { entries, stateStore, deps } = stores();
    await ensureRootKey(root, deps());
    const [entry, ...more] = entries;
    assert.ok(entry?.kind === 'call' && more.length === 0);
    assert.deepEqual(
      entry.changes.map(({ key, expected }) => [key, expected]),
      [
        [accountKey(root.accountId), null],
        [accessKeyKey(root.accessKeyId), null],
      ],
    );
    assert.deepEqual(entry.records, []);
    assert.ok(!JSON.stringify(entry).includes(root.secretAccessKey));
    assert.equal(new AccessKeys(stateStore, box).find(root.accessKeyId)?.secret, root.secretAccessKey);
  });

  test('again changes nothing; what a crash left out is added', async () => {
    const { values, entries, deps } = stores();
    await ensureRootKey(root, deps());
    await ensureRootKey(root, deps());
    assert.equal(entries.length, 1);
    values.delete(accountKey(root.accountId));
    await ensureRootKey(root, deps());
    assert.deepEqual(entries.length, 2);
    assert.ok(values.has(accountKey(root.accountId)));
  });

  test('a key that its root has deleted stays deleted; another one in the file is made', async () => {
    const { values, entries, stateStore, deps } = stores();
    await ensureRootKey(root, deps());
    values.delete(accessKeyKey(root.accessKeyId));
    const retired = retiredRootKeyKey(root.accessKeyId);
    values.set(retired, { key: retired, value: {}, revision: 'r' as Revision });
    await ensureRootKey(root, deps());
    assert.equal(entries.length, 1);
    const other = { ...root, accessKeyId: 'AKIAI44QH8DHBEXAMPLE' };
    await ensureRootKey(other, deps());
    assert.ok(new AccessKeys(stateStore, box).find(other.accessKeyId));
    assert.equal(new AccessKeys(stateStore, box).find(root.accessKeyId), undefined);
  });

  test('another secret, another account or another master key is told, not overwritten', async () => {
    const { entries, deps } = stores();
    await ensureRootKey(root, deps());
    const others: [change: object, secretBox: SecretBox, message: RegExp][] = [
      [{ secretAccessKey: 'another' }, box, /another account or secret/],
      [{ accountId: '999988887777' }, box, /another account or secret/],
      [{}, new SecretBox(randomBytes(32)), /the master key/],
    ];
    for (const [change, secretBox, message] of others) {
      const start = ensureRootKey({ ...root, ...change }, deps(secretBox));
      await assert.rejects(start, (error) => error instanceof RootKeyError && message.test(error.message));
      await start.catch((error: Error) => assert.ok(!error.message.includes(root.secretAccessKey)));
    }
    assert.equal(entries.length, 1);
  });

  test('the first root key can be found again', async () => {
    const { values, deps } = stores();
    assert.equal(findRootKey(deps()), undefined);
    await ensureRootKey(root, deps(box, 1));
    await ensureRootKey(
      { ...root, accountId: '999988887777', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
      deps(box, 2),
    );
    assert.deepEqual(findRootKey(deps()), root);
    values.delete(accessKeyKey(root.accessKeyId));
    assert.equal(findRootKey(deps()), undefined, 'the key of another account is not the main one');
    await ensureRootKey(root, deps(box, 3));
    assert.throws(() => findRootKey(deps(new SecretBox(randomBytes(32)))), RootKeyError);
  });
});
