// SPDX-License-Identifier: Apache-2.0
// Oracle: the records that went in. Whatever they are, each is a row with its whole text, and what can be read of it is read.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../../ports/operator-log.js';
import { recordColumns } from '../../../record/record-columns.js';
import { fixtureEvents, sharedEvents } from '../../../record/testing/recorded-events.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { runSql, tableOf } from './testing/read-parquet.js';

const enteredMs = Date.UTC(2026, 10, 21, 10);

let folder: string;
let segments: ParquetEventSegments;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-odd-'));
  segments = new ParquetEventSegments(folder, silentLog);
});
after(async () => {
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

let streams = 0;

/** The rows that records become, in the order of `entered`, which counts them. */
async function rowsOf(records: readonly string[]): Promise<Record<string, unknown>[]> {
  const stream = `history/${String(++streams).padStart(12, '0')}`;
  const lines = records.map(
    (record, n) =>
      `{"place":"${n + 1}","account":"111122223333","region":"eu-west-1","category":"Management","entered":${enteredMs + n},"record":${record}}\n`,
  );
  const { added } = await segments.commit('test', String(streams), [
    { stream, kind: 'cloudtrail', lines: { bytes: Buffer.from(lines.join('')), count: lines.length } },
  ]);
  assert.equal(added, records.length, 'every record is a row');
  const snapshot = segments.snapshot(stream);
  const rows = await runSql(`SELECT * FROM ${tableOf(snapshot)} ORDER BY entered`);
  snapshot.release();
  return rows;
}

const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

const odd: readonly (readonly [name: string, record: string, holds: Readonly<Record<string, unknown>>])[] = [
  ['an empty object', '{}', { eventid: null, parts: 0 }],
  [
    'members that are null',
    '{"eventName":null,"userIdentity":null,"resources":null}',
    { eventname: null, parts: 0, resources: null },
  ],
  [
    'userIdentity as a text',
    '{"userIdentity":"root","eventName":"A"}',
    { useridentity_type: null, eventname: 'A' },
  ],
  [
    'userIdentity as a list',
    '{"userIdentity":[1],"eventName":"A"}',
    { useridentity_type: null, eventname: 'A' },
  ],
  ['an empty sessionContext', '{"userIdentity":{"sessionContext":{}}}', { parts: 3 }],
  [
    'a nested null',
    '{"userIdentity":{"sessionContext":null,"type":"Root"}}',
    { parts: 1, useridentity_type: 'Root' },
  ],
  [
    'numbers beyond every type',
    '{"eventName":123456789012345678901234567890,"eventID":1e400}',
    { eventname: '123456789012345678901234567890' },
  ],
  ['a name that is an object', '{"eventName":{"a":[1,"é"]}}', { eventname: '{"a":[1,"é"]}' }],
  ['duplicate keys', '{"eventName":"first","eventName":"second"}', { eventname: 'first' }],
  ['a time that is none', '{"eventTime":"yesterday"}', { eventtime: 'yesterday' }],
  ['a time that is a number', '{"eventTime":1795255200}', { eventtime: '1795255200' }],
  [
    'a time with a zone',
    '{"eventTime":"2026-11-21T12:00:00+02:00"}',
    { happened: '2026-11-21T10:00:00.000Z' },
  ],
  ['a time without a zone', '{"eventTime":"2026-11-21T10:00:00"}', { happened: '2026-11-21T10:00:00.000Z' }],
  ['resources that are no list', '{"resources":"all","eventName":"A"}', { resources: null, eventname: 'A' }],
  [
    'resources of several kinds',
    '{"resources":[{"ARN":"arn:a","type":"T"},"text",null,{"accountId":5}]}',
    {},
  ],
  ['requestParameters as a text', '{"requestParameters":"x\\"y"}', { requestparameters: '"x\\"y"' }],
  ['control characters and quotes', '{"eventName":"a\\u0001\\u0000\\n\\"\'\\\\,;b"}', {}],
  ['half a character', '{"eventName":"A","userAgent":"\\ud800"}', { eventname: 'A' }],
  [
    'a whole one in two halves',
    '{"eventName":"\\ud83d\\uDE00","userAgent":"\\\\ud800"}',
    { eventname: '😀', useragent: '\\ud800' },
  ],
  [
    'names of the envelope',
    '{"record":{"record":1},"place":"9","entered":7,"eventName":"A"}',
    { place: 20n, eventname: 'A' },
  ],
  ['deep nesting', `{"requestParameters":${nested(5_000)},"eventName":"A"}`, { eventname: 'A' }],
  [
    'a record of 256 KB',
    JSON.stringify({ eventName: 'A', requestParameters: { a: 'x'.repeat(256 * 1024) } }),
    { eventname: 'A' },
  ],
  [
    'a record of 3 MB',
    JSON.stringify({ eventName: 'A', responseElements: { a: 'ü'.repeat(1_500_000) } }),
    { eventname: 'A' },
  ],
  ['no JSON', '{"eventName":"A",', { eventname: null }],
  ['white space between tokens', '{ "eventName" :\t"A" }', { eventname: 'A' }],
  ['a bare number', '17', { eventname: null, parts: 0 }],
];

describe('odd records', () => {
  test('each is a row: its text whole, its members where they can be read', async () => {
    const rows = await rowsOf(odd.map(([, record]) => record));
    for (const [n, [name, record, holds]] of odd.entries()) {
      const row = rows[n] ?? {};
      const text = row.record as string;
      const isJson = isJsonText(record);
      assert.equal(
        isJson ? text : JSON.parse(text),
        record.replace(/(?<!\\)\\ud800(?!\\)/, '\\ufffd'),
        `${name}: the text`,
      );
      assert.deepEqual(
        [row.account, row.region, row.category],
        ['111122223333', 'eu-west-1', 'Management'],
        name,
      );
      for (const [column, wanted] of Object.entries(holds)) {
        const got = row[column] ?? null;
        const shown = got instanceof Date ? got.toISOString() : got;
        assert.deepEqual(shown, wanted, `${name}: ${column}`);
      }
      assert.ok(row.happened !== null, `${name}: it happened at some time`);
    }
  });

  test('a batch that is no UTF-8, or has bytes of rows and columns in it, loses none of its records', async () => {
    const line = (record: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(
          `{"account":"111122223333","region":"r","category":"Data","entered":${enteredMs},"record":`,
        ),
        record,
        Buffer.from('}\n'),
      ]);
    const bytes = Buffer.concat([
      line(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
      line(Buffer.from('{"a":\r"b\u0001\u0000"}')),
      line(Buffer.from('{"eventName":"Whole"}')),
    ]);
    const stream = 'history/999999999999';
    const lines = { bytes, count: 3 };
    assert.deepEqual(await segments.commit('test', 'x', [{ stream, kind: 'cloudtrail', lines }]), {
      added: 3,
    });
    const snapshot = segments.snapshot(stream);
    const rows = await runSql(`SELECT eventname, record FROM ${tableOf(snapshot)}`);
    snapshot.release();
    assert.ok(rows.some(({ eventname }) => eventname === 'Whole'));
  });

  test('recorded events of real accounts: every column says what the record says', async () => {
    const events = [...fixtureEvents(), ...(sharedEvents() ?? [])];
    const rows = await rowsOf(events.map((event) => JSON.stringify(event)));
    for (const [n, event] of events.entries()) {
      const row = rows[n] ?? {};
      assert.deepEqual(JSON.parse(row.record as string), event);
      for (const { name, path, form } of recordColumns.cloudtrail) {
        const value = path.reduce<unknown>(
          (at, key) => (at as Record<string, unknown> | null | undefined)?.[key],
          event,
        );
        const got = (row[name] ?? null) as string | null;
        if (value === undefined || value === null) assert.equal(got, null, `${event.eventID}: ${name}`);
        else if (form === 'json' || typeof value === 'object')
          assert.deepEqual(JSON.parse(got as string), value, `${event.eventID}: ${name}`);
        else assert.equal(got, String(value), `${event.eventID}: ${name}`);
      }
    }
  });
});

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
