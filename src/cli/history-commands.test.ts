// SPDX-License-Identifier: Apache-2.0
// Oracle: the files that the test laid out. The program runs as its users run it, on a data directory that nobody serves.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const main = join(import.meta.dirname, 'main.js');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cairn(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, CAIRN_DATA_DIR: '', TZ: 'UTC' } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

function record(n: number, change: object = {}) {
  const time = new Date(Date.UTC(2026, 10, 20, 12, 0, n)).toISOString().replace('.000Z', 'Z');
  return {
    eventVersion: '1.11',
    eventTime: time,
    eventSource: 's3.amazonaws.com',
    eventName: 'CreateBucket',
    awsRegion: 'eu-west-1',
    eventID: `id-${n}`,
    userIdentity: { type: 'IAMUser', userName: n % 2 === 0 ? 'alice' : 'bob' },
    requestParameters: { bucketName: `bucket-${n}` },
    ...change,
  };
}

describe('cairn import and lookup', () => {
  let dir: string;
  let dataDir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'cairn-commands-'));
    dataDir = join(dir, 'data');
    const logs = join(dir, 'logs/deep/er');
    mkdirSync(logs, { recursive: true });
    mkdirSync(join(dir, 'empty'));
    writeFileSync(
      join(logs, 'delivered.json.gz'),
      gzipSync(JSON.stringify({ Records: [record(1), record(2)] })),
    );
    writeFileSync(join(logs, 'pretty.json'), JSON.stringify([record(2), record(3)], null, 2));
    writeFileSync(
      join(dir, 'logs/lines.ndjson'),
      `${JSON.stringify(record(4))}\n${JSON.stringify(record(5, { eventCategory: 'Insight', eventType: 'AwsCloudTrailInsight' }))}\n`,
    );
    writeFileSync(
      join(dir, 'logs/digest.json'),
      JSON.stringify({ digestStartTime: 'x', digestEndTime: 'y' }),
    );
    writeFileSync(join(dir, 'bad.json'), '{"Records":[');
  });
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));

  test('files go in once, however often they are imported', async () => {
    const first = await cairn('import', join(dir, 'logs'), '--data-dir', dataDir);
    assert.deepEqual(first, {
      code: 0,
      stdout: '4 files: 6 events, 5 new, 1 already there; 1 digest file passed over\n',
      stderr: '',
    });
    const second = await cairn('import', join(dir, 'logs'), '--data-dir', dataDir);
    assert.match(second.stdout, /^4 files: 6 events, 0 new, 6 already there/);
  });

  test('a bad file is named, the rest goes in, and the exit code says so', async () => {
    writeFileSync(join(dir, 'good.json'), JSON.stringify(record(6)));
    const partly = join(dir, 'partly.json');
    writeFileSync(partly, JSON.stringify([record(7), {}]));
    for (const [path, stderr, stdout] of [
      [
        'bad.json',
        /^bad: .*bad\.json: not valid JSON: unexpected end at byte 12 \(line 1, column 13\)\n$/,
        /^1 file: 0 events, 0 new, 0 already there; 1 bad file\n$/,
      ],
      [
        'partly.json',
        /^bad: .*partly\.json: 1 of 2 records left out \(record 1: not a CloudTrail record/,
        /^1 file: 1 event, 1 new/,
      ],
    ] as const) {
      const outcome = await cairn('import', join(dir, path), '--data-dir', dataDir);
      assert.match(outcome.stderr, stderr);
      assert.match(outcome.stdout, stdout);
      assert.equal(outcome.code, 1);
    }
  });

  test('lookup finds by all filters together, newest first, whole records on lines', async () => {
    const found = await cairn(
      'lookup',
      '--data-dir',
      dataDir,
      '--user',
      'bob',
      '--source',
      's3',
      '--since',
      '2026-11-20 12:00:02',
      '--until',
      '2026-11-20',
      '--utc',
      '--json',
    );
    assert.equal(found.code, 0);
    const records = found.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(records.slice(-2), [
      record(5, { eventCategory: 'Insight', eventType: 'AwsCloudTrailInsight' }),
      record(3),
    ]);
    const one = await cairn('lookup', '--data-dir', dataDir, '--resource', 'bucket-3', '--utc');
    assert.match(
      one.stdout,
      /^TIME .*\n2026-11-20 12:00:03Z {2}CreateBucket {2}s3 +bob +eu-west-1 +bucket-3\n$/,
    );
    const limited = await cairn('lookup', '--data-dir', dataDir, '--limit', '1');
    assert.equal(limited.stdout.split('\n').length, 3);
    assert.match(limited.stderr, /more than 1 events/);
    const nothing = await cairn('lookup', '--data-dir', dataDir, '--user', 'nobody');
    assert.deepEqual(nothing, { code: 0, stdout: '', stderr: 'no events found\n' });
  });

  const wrong: [string, string[], number, RegExp][] = [
    ['a folder without log files', ['import', 'E', '--data-dir', 'D'], 1, /there are no log files/],
    ['a path that is not there', ['import', 'L/nothing', '--data-dir', 'D'], 1, /there is no /],
    [
      'a wrong account',
      ['import', 'L', '--account', '12', '--data-dir', 'D'],
      2,
      /an account id has 12 digits/,
    ],
    [
      'a time that is none',
      ['lookup', '--since', 'yesterday', '--data-dir', 'D'],
      2,
      /--since: "yesterday" is no time/,
    ],
    [
      'times the wrong way round',
      ['lookup', '--since', '1h', '--until', '2h', '--data-dir', 'D'],
      2,
      /--since is later than --until/,
    ],
    ['a limit of nothing', ['lookup', '--limit', '0', '--data-dir', 'D'], 2, /--limit/],
    ['a look-up where nothing is', ['lookup', '--data-dir', 'N'], 1, /is no data directory of Cairn yet/],
    ['a tail without a server', ['tail', '--data-dir', 'D'], 1, /no server runs on/],
  ];
  for (const [title, args, code, message] of wrong) {
    test(`says what is wrong with ${title}`, async () => {
      const places: Record<string, string> = { D: dataDir, N: join(dir, 'none'), E: join(dir, 'empty') };
      const outcome = await cairn(...args.map((arg) => places[arg] ?? arg.replace(/^L/, join(dir, 'logs'))));
      assert.match(outcome.stderr, message);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /);
      assert.deepEqual([outcome.code, outcome.stdout], [code, '']);
    });
  }
});
