// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 1952 and SHA-256 by Node; a few KB that uncompress to more than a digest can have are said to be no digest.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkFile, digestBytesMax } from './check-file.js';
import type { FileReader } from './file-reader.js';

function readerOf(bytes: Uint8Array): FileReader {
  return { read: async () => ({ bytes, metadata: null }), close: () => undefined };
}

test('a bomb in place of a digest is damaged, in place of a log file another file', async () => {
  const content = Buffer.alloc(digestBytesMax + 1, ' ');
  const reader = readerOf(gzipSync(content, { level: 1 }));
  assert.deepEqual(await checkFile(reader, { path: 'a', want: 'content' }), {
    outcome: 'damaged',
    reason: 'it is larger than a digest can be',
  });
  const checked = await checkFile(reader, { path: 'a', want: 'hash' });
  assert.ok(checked.outcome === 'read' && !('content' in checked));
  assert.equal(checked.sha256, createHash('sha256').update(content).digest('hex'));
});
