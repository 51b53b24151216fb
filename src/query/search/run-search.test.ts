// SPDX-License-Identifier: Apache-2.0
// Oracle: the same questions answered by array methods on the same events. The engine is the real one; its files are written by
// DuckDB as segments are.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '../../ports/clock.js';
import { openQueryEngine } from '../engine/open-query-engine.js';
import type { QueryEngine } from '../query-engine.js';
import { runSearch, type SearchAnswer } from './run-search.js';
import { searchColumns } from './search-fields.js';
import { InvalidSearchError, toSearchRequest } from './search-request.js';
import { blockPattern } from './search-sql.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-search-'));
const startMs = Date.UTC(2026, 10, 20);
const names = ['RunInstances', 'GetObject', "It's", 'AssumeRole'];
const events = Array.from({ length: 500 }, (_, at) => ({
  eventName: names[at % 4] as string,
  eventTime: new Date(startMs + Math.floor(at / 3) * 60_000).toISOString(),
  sourceIPAddress: `10.${at % 3}.${at % 20}.${at % 250}`,
  userIdentity: { userName: `user-${at % 7}` },
  ...(at % 5 === 0 ? { errorCode: 'AccessDenied' } : {}),
  note: at === 321 ? "It's 100% of the NEEDLE" : '',
}));
let engine: QueryEngine;

before(async () => {
  engine = openQueryEngine({ clock: systemClock, log: { info() {}, warn() {}, error() {} } });
  await writeFile('one.parquet', events.slice(0, 400), 0);
});
after(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, maxRetries: 10 });
});

async function writeFile(name: string, some: typeof events, from: number): Promise<void> {
  const lines = some.map((event, at) =>
    JSON.stringify({
      place: from + at + 1,
      happened: event.eventTime,
      eventname: event.eventName,
      sourceipaddress: event.sourceIPAddress,
      useridentity_username: event.userIdentity.userName,
      errorcode: event.errorCode ?? null,
      record: JSON.stringify(event),
    }),
  );
  const json = join(dir, 'lines.json');
  writeFileSync(json, lines.join('\n'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const types = [
    "place: 'UBIGINT'",
    "happened: 'TIMESTAMP'",
    ...searchColumns.map(({ name: column }) => `${column}: 'VARCHAR'`),
  ];
  const read = `read_json('${json}', format = 'newline_delimited', columns = {${types.join(', ')}})`;
  await connection.run(`COPY (SELECT * FROM ${read}) TO '${join(dir, name)}' (FORMAT parquet)`);
  connection.closeSync();
}

function search(asked: object, files = ['one.parquet']): Promise<SearchAnswer> {
  const paths = files.map((name) => ({ path: join(dir, name) }));
  return runSearch(engine, paths, toSearchRequest(asked), new AbortController().signal);
}

const newestFirst = (some: typeof events) =>
  some
    .map((event, at) => ({ event, at }))
    .sort((a, b) => Date.parse(b.event.eventTime) - Date.parse(a.event.eventTime) || b.at - a.at)
    .map(({ event }) => event);
const there = events.slice(0, 400);

describe('conditions', () => {
  const cases: readonly (readonly [
    title: string,
    asked: object,
    keep: (event: (typeof events)[number]) => boolean,
  ])[] = [
    ['all', {}, () => true],
    [
      'one of',
      { where: [{ field: 'eventName', equals: ['GetObject', "It's"] }] },
      (e) => ['GetObject', "It's"].includes(e.eventName),
    ],
    [
      'none of, and what has none',
      { where: [{ field: 'errorCode', not: 'AccessDenied' }] },
      (e) => e.errorCode === undefined,
    ],
    [
      'not, of the rest',
      { where: [{ field: 'user', not: ['user-1', 'user-2'] }] },
      (e) => !/[12]$/.test(e.userIdentity.userName),
    ],
    ['prefix', { where: [{ field: 'eventName', prefix: 'Run' }] }, (e) => e.eventName.startsWith('Run')],
    [
      'contains, whatever the case',
      { where: [{ field: 'eventName', contains: 'ROLE' }] },
      (e) => e.eventName === 'AssumeRole',
    ],
    ['exists', { where: [{ field: 'errorCode', exists: true }] }, (e) => e.errorCode !== undefined],
    [
      'a block of addresses',
      { where: [{ field: 'sourceIp', cidr: '10.1.0.0/20' }] },
      (e) => /^10\.1\.(\d|1[0-5])\./.test(e.sourceIPAddress),
    ],
    [
      'several of them',
      {
        where: [
          { field: 'eventName', equals: 'GetObject' },
          { field: 'user', equals: 'user-3' },
        ],
      },
      (e) => e.eventName === 'GetObject' && e.userIdentity.userName === 'user-3',
    ],
    ['free text', { text: ["it's 100% of the needle", 'user'] }, (e) => e.note !== ''],
    [
      'a time',
      { from: startMs + 3_600_000, to: new Date(startMs + 7_200_000).toISOString() },
      (e) => Date.parse(e.eventTime) >= startMs + 3_600_000 && Date.parse(e.eventTime) < startMs + 7_200_000,
    ],
    ['nothing', { where: [{ field: 'eventName', equals: [] }] }, () => false],
    ['no way out of a text', { where: [{ field: 'eventName', equals: "x' OR 1=1 --" }] }, () => false],
  ];
  for (const [title, asked, keep] of cases)
    test(title, async () => {
      const wanted = newestFirst(there.filter(keep));
      const { events: found, total } = await search({ ...asked, limit: 400 });
      assert.equal(total, wanted.length);
      assert.deepEqual(found, wanted);
    });
});

test('pages show each event once, and none that came later', async () => {
  const found: unknown[] = [];
  let after: string | undefined;
  const files = ['one.parquet'];
  do {
    const page = await search({ limit: 90, ...(after === undefined ? {} : { after }) }, files);
    found.push(...page.events);
    after = page.next;
    if (files.length === 1) {
      await writeFile('two.parquet', events.slice(400), 400);
      files.push('two.parquet');
    }
  } while (after !== undefined);
  assert.deepEqual(found, newestFirst(there));
});

test('facets and a histogram', async () => {
  const { facets, histogram, total } = await search({
    limit: 0,
    facets: ['eventName', 'errorCode'],
    facetLimit: 3,
    histogram: true,
  });
  const count = (name: string) => there.filter(({ eventName }) => eventName === name).length;
  assert.deepEqual(facets?.errorCode, [
    { value: null, count: 320 },
    { value: 'AccessDenied', count: 80 },
  ]);
  assert.deepEqual(
    facets?.eventName?.map(({ value, count: n }) => [value, n]),
    [...names]
      .sort()
      .slice(0, 3)
      .map((name) => [name, count(name)]),
  );
  assert.equal(histogram?.bucketMs, 300_000);
  assert.equal(
    histogram?.buckets.reduce((sum, { count: n }) => sum + n, 0),
    total,
  );
  assert.deepEqual(histogram?.buckets[0], { startMs, count: 15 });
});

test('an empty history', async () => {
  assert.deepEqual(await search({ histogram: true }, []), {
    events: [],
    total: 0,
    histogram: { bucketMs: 60_000, buckets: [] },
  });
});

test('a block is exactly its addresses', () => {
  const toNumber = (address: string) =>
    address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  for (const block of [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '10.1.16.0/20',
    '192.168.1.130/25',
    '1.2.3.4/32',
    '255.255.255.255/31',
  ]) {
    const [address = '', bits = ''] = block.split('/');
    const size = 2 ** (32 - Number(bits));
    const first = Math.floor(toNumber(address) / size) * size;
    const pattern = new RegExp(blockPattern(block));
    for (const offset of [-1, 0, 1, size - 1, size]) {
      const number = first + offset;
      if (number < 0 || number >= 2 ** 32) continue;
      const text = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
      assert.equal(pattern.test(text), offset >= 0 && offset < size, `${text} in ${block}`);
    }
  }
});

describe('refused', () => {
  const cases: readonly object[] = [
    { wher: [] },
    { where: [{ field: 'nothing', equals: 'x' }] },
    { where: [{ field: 'eventName' }] },
    { where: [{ field: 'eventName', like: 'x' }] },
    { where: [{ field: 'eventName', equals: [1] }] },
    { where: [{ field: 'eventName', cidr: '10.0.0.0/8' }] },
    { where: [{ field: 'sourceIp', cidr: '10.0.0.0/33' }] },
    { limit: 1001 },
    { limit: -1 },
    { from: 'yesterday' },
    { after: 'x' },
    { facets: ['record'] },
    { text: 'a\u0000' },
  ];
  for (const asked of cases)
    test(JSON.stringify(asked), () => assert.throws(() => toSearchRequest(asked), InvalidSearchError));
});
