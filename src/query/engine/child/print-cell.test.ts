// SPDX-License-Identifier: Apache-2.0
// Oracle: cells as Athena's users see them (Athena User Guide, "Data types in Amazon Athena", "Query arrays with complex types and
// nested structures"); java.lang.Double's documentation ("Double.toString"); Java's own texts of the same numbers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { cellPrinter } from './print-cell.js';
import { printDouble, printReal } from './print-number.js';

let connection: DuckDBConnection;
before(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
after(() => connection.closeSync());

const cells: readonly (readonly [sql: string, printed: string | null, athenaType?: string])[] = [
  ['NULL', null],
  ['true', 'true'],
  ['42::BIGINT', '42'],
  ['(-9223372036854775808)::BIGINT', '-9223372036854775808'],
  ['1e10::DOUBLE', '1.0E10'],
  ['0.1::FLOAT', '0.1'],
  ['1.50::DECIMAL(5,2)', '1.50'],
  ['-0.05::DECIMAL(5,2)', '-0.05'],
  ['7::DECIMAL(5,0)', '7'],
  ["'a, b'", 'a, b'],
  ["DATE '2020-02-03'", '2020-02-03'],
  ["DATE '0001-01-01'", '0001-01-01'],
  ["TIMESTAMP '2023-01-01 00:00:00'", '2023-01-01 00:00:00.000'],
  ["TIMESTAMP '1969-12-31 23:59:59.9999'", '1969-12-31 23:59:59.999'],
  ["TIMESTAMPTZ '2023-01-01 02:00:00.5+02'", '2023-01-01 00:00:00.500 UTC'],
  ["TIME '13:45:00.25'", '13:45:00.250'],
  ["'hel'::BLOB", '68 65 6c'],
  ["''::BLOB", ''],
  ["INTERVAL '2 days 3 hours 4 minutes 5.678 seconds'", '2 03:04:05.678'],
  ["INTERVAL '-1 second'", '-0 00:00:01.000'],
  ["INTERVAL '14 months'", '1-2'],
  ["INTERVAL '0 months'", '0-0', 'interval year to month'],
  ["['a', NULL, 'b c']", '[a, null, b c]'],
  ['[]::INTEGER[]', '[]'],
  ['[[1.5::DOUBLE], NULL]', '[[1.5], null]'],
  ["MAP {'k': 'v', 'w': NULL}", '{k=v, w=null}'],
  [
    "{'type': 'Root', 'arn': NULL, 'at': TIMESTAMP '2023-01-01 00:00:00'}",
    '{type=Root, arn=null, at=2023-01-01 00:00:00.000}',
  ],
  ["[{'n': 1, 's': {'x': true}}]", '[{n=1, s={x=true}}]'],
  ['\'{"a": 1}\'::JSON', '{"a": 1}'],
  ["'5b9c6f4e-0000-4000-8000-000000000001'::UUID", '5b9c6f4e-0000-4000-8000-000000000001'],
  ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
];

describe('a cell', () => {
  for (const [sql, printed, athenaType = ''] of cells)
    test(`${sql} is printed as ${printed}`, async () => {
      const reader = await connection.runAndReadAll(`SELECT ${sql}`);
      const print = cellPrinter(reader.columnType(0), athenaType);
      assert.equal(print(reader.getRows()[0]?.[0] ?? null), printed);
    });
});

describe('doubles', () => {
  for (const [value, printed] of [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [100, '100.0'],
    [9_999_999, '9999999.0'],
    [1e7, '1.0E7'],
    [12_345_678, '1.2345678E7'],
    [0.001, '0.001'],
    [0.00099, '9.9E-4'],
    [-123.456, '-123.456'],
    [1e-300, '1.0E-300'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ] as const)
    test(`${printed}`, () => assert.equal(printDouble(value), printed));

  test('what is printed reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Number(printDouble(value)), value));
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Math.fround(Number(printReal(value))), value));
      }),
    );
  });

  test('reals have no more digits than they need', () => {
    assert.deepEqual(
      [0.1, 16_777_216, 3.4028235e38].map((value) => printReal(Math.fround(value))),
      ['0.1', '1.6777216E7', '3.4028235E38'],
    );
  });
});
