// SPDX-License-Identifier: Apache-2.0
// Oracle: array methods on the events that were imported: slow, and plain. The program runs as its users run it, on a data
// directory that nobody serves.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const main = join(import.meta.dirname, 'main.js');
const dir = mkdtempSync(join(tmpdir(), 'cairn-search-command-'));
const dataDir = join(dir, 'data');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cairn(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, CAIRN_DATA_DIR: '', TZ: 'Europe/Berlin' };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const names = ['RunInstances', 'DeleteBucket', 'DeleteUser', 'AssumeRole'];
const events = Array.from({ length: 240 }, (_, at) => ({
  eventVersion: '1.11',
  eventID: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  eventTime: new Date(Date.UTC(2026, 10, 20, 0, at * 10)).toISOString().replace('.000Z', 'Z'),
  eventSource: at % 2 === 0 ? 'iam.amazonaws.com' : 's3.amazonaws.com',
  eventName: names[at % 4] as string,
  awsRegion: at % 3 === 0 ? 'eu-west-1' : 'us-east-1',
  sourceIPAddress: `203.0.113.${at % 50}`,
  userIdentity: { type: 'IAMUser', userName: `user-${at % 5}` },
  ...(at % 6 === 0 ? { errorCode: 'AccessDenied' } : {}),
  requestParameters: { note: at === 77 ? 'Backup of PROD-database' : 'none' },
}));
type Event = (typeof events)[number];

before(async () => {
  writeFileSync(join(dir, 'events.json'), JSON.stringify({ Records: events }));
  const { code, stderr } = await cairn('import', join(dir, 'events.json'), '--data-dir', dataDir);
  assert.equal(code, 0, stderr);
});
after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));

const search = (...args: string[]) => cairn('search', ...args, '--data-dir', dataDir);
const idsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as Event).eventID);
const newest = (keep: (event: Event) => boolean) =>
  events
    .filter(keep)
    .map(({ eventID }) => eventID)
    .reverse();

describe('cairn search', () => {
  const cases: readonly (readonly [args: readonly string[], keep: (event: Event) => boolean])[] = [
    [['prod-DATABASE', 'backup'], (e) => e.requestParameters.note.startsWith('Backup')],
    [['--name', 'Delete*', '--source', 's3'], (e) => e.eventName === 'DeleteBucket'],
    [
      [
        '--where',
        'user!=user-1',
        '--where',
        'sourceip = 203.0.113.0/29|203.0.113.40',
        '--where',
        'errorCode',
      ],
      (e) => {
        const last = Number(e.sourceIPAddress.split('.')[3]);
        const isNear = last < 8 || last === 40;
        return isNear && e.userIdentity.userName !== 'user-1' && e.errorCode !== undefined;
      },
    ],
    [
      ['--where', '!errorCode', '--where', 'eventName~=ROLE', '--region', 'eu-west-1'],
      (e) => e.errorCode === undefined && e.eventName === 'AssumeRole' && e.awsRegion === 'eu-west-1',
    ],
    [
      // Local time, UTC+1, and a zone of its own: 06:00 to 07:59:59 UTC.
      ['--since', '2026-11-20 07:00', '--until', '2026-11-20T09:59:59+02:00'],
      (e) => e.eventTime >= '2026-11-20T06:00:00Z' && e.eventTime < '2026-11-20T08:00:00Z',
    ],
    [['--user', 'nobody'], () => false],
  ];
  for (const [args, keep] of cases)
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await search(...args, '--all', '--output', 'ndjson');
      assert.equal(code, 0, stderr);
      assert.deepEqual(idsOf(stdout), newest(keep));
    });

  test('one document has the counts too', async () => {
    const { stdout } = await search(
      ...['--output', 'json', '--limit', '3', '--facets', 'errorcode,user', '--top', '2', '--histogram'],
    );
    const document = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), ['total', 'facets', 'histogram', 'events']);
    assert.equal(document.total, 240);
    assert.deepEqual((document.facets as Record<string, unknown>).errorCode, [
      { value: null, count: 200 },
      { value: 'AccessDenied', count: 40 },
    ]);
    assert.deepEqual(
      (document.events as Event[]).map(({ eventID }) => eventID),
      newest(() => true).slice(0, 3),
    );
    const none = await search('--output', 'json', '--user', 'nobody');
    assert.deepEqual(JSON.parse(none.stdout), { total: 0, events: [] });
  });

  test('--json: records, one a line, as of lookup and tail', async () => {
    const { code, stdout, stderr } = await search('--json', '--limit', '3');
    assert.equal(code, 0, stderr);
    assert.deepEqual(idsOf(stdout), newest(() => true).slice(0, 3));
  });

  test('fields without a value are not named', async () => {
    const { stdout } = await search('--user', 'nobody', '--facets', 'user,errorCode', '--histogram');
    assert.doesNotMatch(stdout, /user|errorCode/);
  });

  test('a table, with bars', async () => {
    const { code, stdout, stderr } = await search(
      ...['--utc', '--limit', '2', '--facets', 'eventName', '--histogram'],
    );
    assert.equal(code, 0);
    assert.equal(stderr, '2 of 240 events; see more with --limit or --all\n');
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', /^2026-11-20 00:00:00Z {2}\d+ {2}█+$/);
    assert.ok(lines.includes('eventName'));
    assert.ok(lines.some((line) => /^ {2}60 {2}█{40} {2}DeleteBucket$/.test(line)));
    assert.ok(lines.some((line) => line.startsWith('TIME ')));
    assert.ok(lines.some((line) => /^2026-11-21 15:50:00Z\s+AssumeRole\s+s3\s+user-4/.test(line)));
  });

  for (const [args, told] of [
    [['--where', 'nothing=1'], /there is no field nothing/],
    [['--where', 'user<1'], /is no condition/],
    [['--where', 'sourceIp=203.0.113.0/99'], /is no IPv4 block/],
    [['--since', 'yesterday'], /"yesterday" is no time/],
    [['--limit', '-1'], /a number from 0/],
    [['--all', '--limit', '3'], /contradict/],
    [['--facets', 'record'], /there is no field record/],
    [['--account', '12'], /12 digits/],
  ] as const)
    test(`refuses ${args.join(' ')}`, async () => {
      const { code, stderr } = await search(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, told);
    });

  test('explains itself', async () => {
    const { stdout } = await search('--help');
    assert.match(stdout, /Examples:\n {2}cairn search/);
  });
});
