// SPDX-License-Identifier: Apache-2.0
// Oracle: the error numbers of the operating system and of LMDB (lmdb.h).
import assert from 'node:assert/strict';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toStoreError } from './commit-failure.js';
import { diskFreeBytes } from './disk-room.js';

class FullError extends Error {}
const toFull = (message: string, options?: ErrorOptions) => new FullError(message, options);

test('the free space is asked of the file system; one that cannot say does not stop the store', () => {
  assert.ok(diskFreeBytes(tmpdir()) > 0);
  assert.equal(diskFreeBytes(join(tmpdir(), 'cairn-no-such-folder')), Number.POSITIVE_INFINITY);
});

for (const code of [
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  constants.errno.EFBIG,
  constants.errno.EIO,
  -30792,
]) {
  test(`a commit that fails with ${code} is a full store`, async () => {
    const cause = Object.assign(new Error('no more'), { code });
    const reason = Promise.reject(cause);
    const error = await toStoreError(
      Object.assign(new Error('Commit failed'), { commitError: reason }),
      toFull,
    );
    assert.ok(error instanceof FullError);
    assert.equal(error.cause, cause);
  });
}

test('any other failure stays what it is', async () => {
  const bug = new TypeError('ours');
  assert.equal(await toStoreError(bug, toFull), bug);
});
