// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { systemClock } from '../../../ports/clock.js';
import { testStoreKey } from '../../../ports/contract/object-store-under-test.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

/**
 * The victim of the kill test: four writers put small and large objects, overwrite and delete until it is killed. It
 * prints what it is about to do and, once that resolved, what was done. Arguments: folder, name of this round.
 */
const [, , dir = '', round = ''] = process.argv;

const store = await openFilesystemObjectStore(dir, { clock: systemClock, key: testStoreKey });

function say(...words: readonly string[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `${round}-${writer}-${n % 5}`;
    const body = Buffer.alloc(n % 3 === 0 ? 150_000 : 500, `${round}/${writer}/${n}/`);
    if (n % 7 === 6) {
      say('begin', key, 'none');
      await store.delete('bucket', key);
      say('done', key, 'none');
    } else {
      const sha256 = createHash('sha256').update(body).digest('hex');
      say('begin', key, sha256);
      await store.put('bucket', key, body);
      say('done', key, sha256);
    }
  }
}

say('ready');
await Promise.all([0, 1, 2, 3].map(write));
