// SPDX-License-Identifier: Apache-2.0
// Oracle: what a good filter does when its reader leaves (`| head`): it ends at once, says nothing, and leaves no files behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../main.js', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cairn-closed-pipe-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const Records = Array.from({ length: 300 }, (_, second) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'Root', accountId: '123456789012' },
  eventTime: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('.000Z', 'Z'),
  eventSource: 's3.amazonaws.com',
  eventName: 'CreateBucket',
  awsRegion: 'us-east-1',
  eventID: randomUUID(),
  eventType: 'AwsApiCall',
  recipientAccountId: '123456789012',
}));
const logs = join(dir, 'logs.json');
writeFileSync(logs, JSON.stringify({ Records }));

// More than pipes hold, so that the program is still writing when it happens.
const question = 'SELECT a.useridentity, a.eventtime, b.useridentity FROM logs a, logs b, logs c';

for (const [how, leave, wanted] of [
  ['whose reader leaves', 'close', { code: 0, signal: null }],
  ['that is told to end', 'SIGTERM', { code: 143, signal: null }],
] as const)
  test(`a question to log files ${how} leaves nothing behind`, async () => {
    const temporary = join(dir, leave);
    mkdirSync(temporary);
    const child = spawn(process.execPath, [program, 'sql', '--from', logs, '--format', 'csv', question], {
      env: { PATH: process.env.PATH, HOME: dir, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    await once(child.stdout, 'data');
    if (leave === 'close') child.stdout.destroy();
    else child.kill(leave);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.deepEqual({ code, signal }, wanted, complaints);
    assert.equal(complaints, '');
    assert.deepEqual(readdirSync(temporary), []);
  });
