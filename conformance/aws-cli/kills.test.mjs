// SPDX-License-Identifier: Apache-2.0
// Oracle: what callers were told while the server was killed (-9) again and again, compared event by event; then the AWS
// CLI's own validator, and Cairn's, over everything that was delivered. `CAIRN_TEST_KILLS` (100), `CAIRN_TEST_SEED`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { clientEnvironment, eventually, run } from '../harness.mjs';

const program = process.env.CAIRN_PROGRAM ?? join(import.meta.dirname, '../../dist/src/cli/main.js');
const built = (file) => import(pathToFileURL(join(dirname(program), '..', file)).href);
const rounds = Number(process.env.CAIRN_TEST_KILLS ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'cairn-kills-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test(`kill -9, ${rounds} times, while calls are recorded, files delivered and digests signed`, async (context) => {
  const { killRounds, verifyAfterKills, killEnv, killBucket, killTrailArn } = await built(
    'server-tests/kill-rounds.js',
  );
  const { serve, root } = await built('server-tests/cairn-process.js');
  const { seedOfRun } = await built('testing/random.js');
  const seed = seedOfRun();
  context.diagnostic(`seed ${seed}`);
  const startTime = new Date(Date.now() - 60_000).toISOString();
  const notes = await killRounds({ dataDir: folder, rounds, seed });
  assert.deepEqual(notes.failures, []);
  const server = await serve(folder, { env: killEnv });
  try {
    const counts = await verifyAfterKills(server, notes);
    context.diagnostic(
      `${counts.acknowledged} calls acknowledged, ${counts.delivered} events delivered once, ${counts.digests} digests so far`,
    );
    const env = clientEnvironment({
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    // The chain ends with a final digest, which lists what the last files were.
    await eventually(
      async () => {
        const args = ['--trail-arn', killTrailArn, '--start-time', startTime, '--verbose'];
        const { code, stdout, stderr } = await run('aws', ['cloudtrail', 'validate-logs', ...args], { env });
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stdout, /INVALID/);
        const [, valid, all] = /(\d+)\/(\d+) log files valid/.exec(stdout) ?? [];
        assert.ok(Number(valid) > 0 && valid === all, stdout.slice(-500));
        const keys = JSON.parse(
          (await run('aws', ['s3api', 'list-objects-v2', '--bucket', killBucket], { env })).stdout,
        );
        const files = keys.Contents.filter(({ Key }) => Key.includes('/CloudTrail/')).length;
        assert.equal(Number(all), files, 'a log file that no digest lists');
        context.diagnostic(`aws cloudtrail validate-logs: ${valid}/${all} log files valid`);
      },
      { everyMs: 2_000 },
    );
    const own = await run(
      process.execPath,
      [program, 'validate', `s3://${killBucket}`, '--data-dir', folder],
      { env },
    );
    assert.equal(own.code, 0, own.stdout + own.stderr);
    context.diagnostic(`cairn validate: ${own.stdout.trim().split('\n').at(-1)}`);
  } finally {
    await server.process.end('SIGTERM');
  }
});
