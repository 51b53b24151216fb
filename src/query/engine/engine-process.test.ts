// SPDX-License-Identifier: Apache-2.0
/** Oracle: what the system says of the process. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { test } from 'node:test';
import { EngineProcess } from './engine-process.js';

test('a process for queries stands back behind recording, in the scheduling group of the server', async () => {
  const engine = new EngineProcess({
    entry: new URL('./child/main.js', import.meta.url),
    dataBytesMax: 2 * 1024 ** 3,
  });
  try {
    await engine.next();
    const pid = engine.pid as number;
    assert.equal(getPriority(pid), Math.min(getPriority() + 15, constants.priority.PRIORITY_LOW));
    // Only Linux has these groups, and not every one. Within another, niceness would not count against the server.
    const groupOf = (of: number | 'self') => readFileSync(`/proc/${of}/autogroup`, 'utf8');
    if (existsSync('/proc/self/autogroup')) assert.equal(groupOf(pid), groupOf('self'));
    const limits = `/proc/${pid}/limits`;
    if (existsSync(limits)) assert.match(readFileSync(limits, 'utf8'), /^Max file size\s+0\s+0\s/m);
    // A Ctrl-C reaches all processes of the terminal: what it means for queries is the server's to say.
    process.kill(pid, 'SIGINT');
    engine.send({ type: 'check', sql: 'SELECT 1', dialect: 'athena' });
    assert.equal((await engine.next()).type, 'checked');
  } finally {
    engine.kill();
    await engine.gone;
  }
});
