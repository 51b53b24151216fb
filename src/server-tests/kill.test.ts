// SPDX-License-Identifier: Apache-2.0
// Oracle: what the callers were told. An answer of success names a call that must be in the history and in exactly one
// log file, and a change that must be there; and every change that is there must have its record.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { seeded, seedOfRun } from '../testing/random.js';
import { pause } from '../testing/until.js';
import { root, serve, temporaryFolder } from './cairn-process.js';
import { Client } from './client.js';
import { killEnv, killRounds, loadRound, verifyAfterKills } from './kill-rounds.js';
import { newNotes } from './load.js';
import { settledHistory, verifyHistory } from './recorded-state.js';

/** `CAIRN_TEST_KILLS=100` for the long run. */
const rounds = Number(process.env.CAIRN_TEST_KILLS ?? 12);

describe('the whole server', () => {
  const dataDir = temporaryFolder({ after });

  test(`kill -9 under load, ${rounds} times: nothing acknowledged is lost, nothing is there twice`, async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const notes = await killRounds({ dataDir, rounds, seed });
    assert.ok(notes.acknowledged.length > rounds, 'the load did something');
    assert.deepEqual(notes.failures, []);
    const server = await serve(dataDir, { env: killEnv });
    try {
      const counts = await verifyAfterKills(server, notes);
      console.log(
        `${counts.acknowledged} calls acknowledged, ${counts.delivered} events delivered, ${counts.digests} digests`,
      );
    } finally {
      await server.process.end('SIGTERM');
    }
  });

  test('SIGTERM under load ends the server with 0 and loses nothing', async () => {
    const random = seeded(seedOfRun());
    const notes = newNotes();
    const server = await serve(dataDir, { env: killEnv });
    await loadRound(server, rounds, notes, random, async () => {
      await pause(400);
      const ended = await server.process.end('SIGTERM');
      assert.deepEqual([ended.code, ended.stderr], [0, '']);
    });
    assert.deepEqual(notes.failures, []);
    const next = await serve(dataDir, { env: killEnv });
    const client = new Client(next.url);
    try {
      verifyHistory(await settledHistory(client, root.accountId, notes), notes);
    } finally {
      client.close();
      await next.process.end('SIGTERM');
    }
  });
});
