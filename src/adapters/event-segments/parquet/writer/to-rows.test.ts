// SPDX-License-Identifier: Apache-2.0
// Oracle: JSON.parse of the lines.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { columnEnd } from '../../../../record/clean-lines.js';
import { noValue, toRows } from './to-rows.js';

function rowsOf(lines: readonly string[]): string[][] {
  const { bytes, count } = toRows(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  const rows = bytes.toString('utf8').split('\n').slice(0, -1);
  assert.equal(rows.length, count);
  return rows.map((row) => row.split(String.fromCharCode(columnEnd)));
}

function expected(line: string): string[] {
  const { place, account, region, category, entered } = JSON.parse(line) as Record<string, unknown>;
  const record = line.slice(line.indexOf('"record":') + '"record":'.length, -1);
  const head = [place, account, region, category, entered];
  return [...head.map((value) => (value === undefined ? noValue : String(value))), record];
}

const record = '{"eventTime":"2026-11-21T10:00:00Z","eventName":"A"}';

describe('rows of lines', () => {
  const lines = [
    `{"place":"17","account":"111122223333","region":"eu-west-1","category":"Management","entered":5,"record":${record}}`,
    `{"account":"111122223333","region":"eu-west-1","category":"Data","entered":5,"record":${record}}`,
    `{"place":"17","account":"a","region":"quoted \\" one","category":"\\\\","entered":5,"record":${record}}`,
    `{"entered":-1,"category":"zürich","region":"","account":"a","place":"3","record":${record}}`,
    `{"place":"17","account":"a","region":"b","category":"c","entered":1e3,"record":{}}`,
    `{"place":"17","account":"a","region":"b","category":"c","entered":5,"record":{"x":"\\"record\\":"}}`,
  ];
  for (const line of lines)
    test(line, () => {
      const [row = []] = rowsOf([line]);
      assert.deepEqual(row, ['0', ...expected(line)]);
    });

  test('are in order of their source, name and eventTime, those of one second as they came', () => {
    const name = fc.constantFrom(
      ...['"eventSource":"s3.amazonaws.com","eventName":"GetObject"', '"eventName":"GetObject"'],
      ...['"eventSource":"s3.amazonaws.com","eventName":"DeleteObject"', '"eventSource":"ec2.amazonaws.com"'],
    );
    const time = fc.constantFrom('2026-11-21T10:00:00Z', '2026-01-02T03:04:05Z');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, time), { maxLength: 30 }), (records) => {
        const given = records.map(
          ([members, at], n) => `{"account":"${n}","entered":1,"record":{${members},"eventTime":"${at}"}}`,
        );
        const ordered = records
          .map(([members, at], n) => {
            const { eventSource = '', eventName = '' } = JSON.parse(`{${members}}`) as Record<string, string>;
            return { key: `${eventSource} ${eventName} ${at}`, n };
          })
          .sort((a, b) => (a.key === b.key ? a.n - b.n : a.key < b.key ? -1 : 1));
        assert.deepEqual(
          rowsOf(given).map(([index]) => Number(index)),
          ordered.map(({ n }) => n),
        );
      }),
    );
  });

  test('without a name are in order of their eventTime', () => {
    const time = fc.constantFrom(
      ...['2026-11-21T10:00:00Z', '2025-11-21T10:00:00Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z'],
      ...['no time at all, really', '20261121', ''],
    );
    fc.assert(
      fc.property(fc.array(time, { maxLength: 30 }), (times) => {
        const given = times.map(
          (each, n) => `{"account":"${n}","entered":1,"record":{"eventTime":"${each}"}}`,
        );
        const byTime = times
          .map((each, n) => ({ key: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(each) ? each : '', n }))
          .sort((a, b) => (a.key === b.key ? a.n - b.n : a.key < b.key ? -1 : 1));
        assert.deepEqual(
          rowsOf(given).map(([index]) => Number(index)),
          byTime.map(({ n }) => n),
        );
      }),
    );
  });
});
