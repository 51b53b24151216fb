// SPDX-License-Identifier: Apache-2.0
// Oracle: real processes: this one, one that has ended, and one that was killed and not collected by its parent.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../testing/until.js';
import { isAlive, processIdentity } from './process-identity.js';

test('this process is alive, and the same twice', () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(processIdentity(process.pid), processIdentity(process.pid));
});

test('a process that has ended is not alive', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(isAlive(child.pid as number), false);
});

test('a killed process that nobody collected is dead', async () => {
  if (!existsSync('/proc/self/stat')) return;
  // The shell starts a process in the background, becomes one that never collects its children, and names the first.
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 601'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
    // Not before: a shell would still collect it.
    await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    assert.equal(existsSync(`/proc/${pid}`), true, 'still in the table of processes');
    assert.equal(isAlive(pid), false);
  } finally {
    parent.kill('SIGKILL');
  }
});
