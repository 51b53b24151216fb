// SPDX-License-Identifier: Apache-2.0
// Oracle: what the callers were told while a real, small file system (tmpfs) was full: errors of their API's own
// "slow down", and successes that must be in the history and in exactly one log file.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seeded, seedOfRun } from '../testing/random.js';
import { patienceMs, pause, until } from '../testing/until.js';
import { serve } from './cairn-process.js';
import { Client } from './client.js';
import { killEnv, loadRound, setUpTrail, verifyAfterKills } from './kill-rounds.js';
import { newNotes } from './load.js';

const diskBytes = 192 * 1024 ** 2;

/** A file system of its own, gone after the test; undefined where this process may not mount one. */
function smallDisk(test: { after(work: () => void): void }): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder]);
  test.after(() => {
    if (status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  return status === 0 ? folder : undefined;
}

/** Takes all the room that is left, but for `leaveBytes`. */
function fill(disk: string, leaveBytes: number): void {
  const file = openSync(join(disk, 'ballast'), 'a');
  const piece = Buffer.alloc(64 * 1024);
  try {
    for (let free = freeBytes(disk); free > leaveBytes; free = freeBytes(disk))
      writeSync(file, piece, 0, Math.min(piece.length, free - leaveBytes));
    fsyncSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

const freeBytes = (disk: string): number => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

const isReady = async (client: Client) => (await client.get('/readyz')).status === 200;

/** Resolves once the server says that it is ready; a failure tells what it said instead. */
async function resumed(client: Client, disk: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (
    let answer = await client.get('/readyz');
    answer.status !== 200;
    answer = await client.get('/readyz')
  ) {
    const told = `${answer.status} ${answer.text.trim()}; ${freeBytes(disk)} of ${diskBytes} bytes free`;
    assert.ok(Date.now() < deadline, `it does not go on when there is room again: ${told}`);
    await pause(100);
  }
}

test('a disk that fills up while calls are recorded: they are told to slow down, none is lost, it goes on by itself', async (context) => {
  const disk = smallDisk(context);
  if (disk === undefined) {
    context.diagnostic('NOT TESTED: this process may not mount a tmpfs, so there is no disk to fill');
    return;
  }
  const seed = seedOfRun();
  context.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const notes = newNotes();
  const server = await serve(join(disk, 'data'), { env: { ...killEnv, CAIRN_LOG_LEVEL: 'fatal' } });
  const client = new Client(server.url);
  try {
    await setUpTrail(server);
    const refused: number[] = [];
    // Below the reserve of the log; then to the last byte, which the other stores feel too.
    for (const [round, leaveBytes] of [32 * 1024 ** 2, 0].entries()) {
      await loadRound(server, round, notes, random, async (stopLoad) => {
        await pause(1_200);
        const before = notes.failures.length;
        fill(disk, leaveBytes);
        await pause(2_500);
        await until(async () => notes.failures.length > before && !(await isReady(client)));
        refused.push(notes.failures.length - before);
        assert.equal(await isReady(client), false, '/readyz tells it');
        rmSync(join(disk, 'ballast'));
        await resumed(client, disk);
        await pause(1_500);
        stopLoad();
      });
    }
    for (const count of refused) assert.ok(count > 0, 'no call met the full disk');
    const others = notes.failures.filter(
      (failure) => !/ThrottlingException|Throttling|SlowDown/.test(failure),
    );
    assert.deepEqual(others.slice(0, 5), [], 'a caller was told something else than to slow down');
    const counts = await verifyAfterKills(server, notes);
    context.diagnostic(
      `${counts.acknowledged} calls acknowledged, ${refused.join(' + ')} told to slow down, ${counts.delivered} events delivered`,
    );
  } finally {
    client.close();
    await server.process.end('SIGTERM');
  }
});
