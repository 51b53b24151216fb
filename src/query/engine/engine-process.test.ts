// SPDX-License-Identifier: Apache-2.0
/** Oracle: what the system says of the process. */
import assert from 'node:assert/strict';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { EngineProcess } from './engine-process.js';

test('a process for queries stands back behind recording: its own niceness, and that of its scheduling group', async () => {
  const process = new EngineProcess({
    entry: new URL('./child/main.js', import.meta.url),
    dataBytesMax: 2 * 1024 ** 3,
  });
  try {
    await process.next();
    const pid = process.pid as number;
    assert.equal(getPriority(pid), 15);
    // Only Linux has these groups, and not every one; a container may not let them be changed.
    const group = `/proc/${pid}/autogroup`;
    if (isWritable(group)) assert.match(readFileSync(group, 'utf8'), / nice 10$/m);
    // Setting it is not to be what the limit on written files ends.
    const limits = `/proc/${pid}/limits`;
    if (existsSync(limits)) assert.match(readFileSync(limits, 'utf8'), /^Max file size\s+0\s+0\s/m);
  } finally {
    process.kill();
    await process.gone;
  }
});

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
