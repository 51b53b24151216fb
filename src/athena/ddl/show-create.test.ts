// SPDX-License-Identifier: Apache-2.0
// Oracle: the table itself. What SHOW CREATE TABLE prints makes the same table again, whatever it is called and said of it
// (Amazon Athena User Guide, "SHOW CREATE TABLE": "so that the table can be recreated").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readStatement } from '../../query/dialect/read-statement.js';
import { type TableDocument, tableKey } from '../catalog/catalog-documents.js';
import { MemoryState } from '../testing/memory-state.js';
import { carryOut } from './carry-out.js';
import { DdlScene } from './ddl-scene.js';

const place = { accountId: '111122223333', region: 'eu-west-1' };
const nowMs = Date.UTC(2026, 10, 21);

function run(sql: string, state: MemoryState): string {
  const { ddl } = readStatement(sql, 'athena');
  assert.ok(ddl, sql);
  const { rows } = carryOut(ddl, new DdlScene(state, { place, nowMs, database: 'default' }), []);
  return rows.map(([line]) => line).join('\n');
}

function tableOf(state: MemoryState, name: string): TableDocument {
  const found = state.documents.get(tableKey(place, 'default', name));
  assert.ok(found, [...state.documents.keys()].join());
  return found as TableDocument;
}

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
const type: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'string',
      'int',
      'bigint',
      'double',
      'boolean',
      'date',
      'timestamp',
      'decimal(10,2)',
      'varchar(5)',
      'char(3)',
    ),
    tie('any').map((of) => `array<${of}>`),
    tie('any').map((of) => `map<string,${of}>`),
    fc
      .uniqueArray(fc.tuple(name, tie('any')), { selector: ([field]) => field, minLength: 1, maxLength: 3 })
      .map((fields) => `struct<${fields.map(([field, of]) => `${field}:${of}`).join(',')}>`),
  ),
})).any;
/** Quotes, backslashes, what ends statements and comments, what stands for something in patterns. */
const words = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '\n',
      '\t',
      ';',
      '-- ',
      '/*',
      '$',
      '{x}',
      '%',
      'a',
      'ü',
      '😀',
      ' ',
    ),
    maxLength: 8,
  }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const comment = words.map((text) => text.replace(/[\r\n]/g, ' '));
const column = fc.record({ name, type, comment: fc.option(comment, { nil: undefined }) });
const properties = fc.dictionary(fc.stringMatching(/^[a-z][a-z.]{0,10}$/), words, { maxKeys: 4 });

const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

interface Given {
  readonly columns: readonly { name: string; type: string; comment: string | undefined }[];
  readonly keyCount: number;
  readonly about: string | undefined;
  readonly serdeProperties: Readonly<Record<string, string>>;
  readonly tableProperties: Readonly<Record<string, string>>;
}

function statementOf({ columns, keyCount, about, serdeProperties, tableProperties }: Given): string {
  const print = (list: Given['columns']) =>
    list
      .map(
        (each) =>
          `\`${each.name}\` ${each.type}${each.comment === undefined ? '' : ` COMMENT ${literal(each.comment)}`}`,
      )
      .join(', ');
  const pairs = (of: Readonly<Record<string, string>>) =>
    Object.entries(of)
      .map(([key, value]) => `'${key}' = ${literal(value)}`)
      .join(', ');
  const own = columns.slice(keyCount);
  const keys = columns.slice(0, keyCount).map((each) => ({ ...each, type: 'string' }));
  return [
    `CREATE EXTERNAL TABLE t (${print(own)})`,
    ...(about === undefined ? [] : [`COMMENT ${literal(about)}`]),
    ...(keys.length === 0 ? [] : [`PARTITIONED BY (${print(keys)})`]),
    "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
    ...(Object.keys(serdeProperties).length === 0
      ? []
      : [`WITH SERDEPROPERTIES (${pairs(serdeProperties)})`]),
    "LOCATION 's3://bucket/a b/'",
    ...(Object.keys(tableProperties).length === 0 ? [] : [`TBLPROPERTIES (${pairs(tableProperties)})`]),
  ].join('\n');
}

test('what is shown makes the same table again', () => {
  fc.assert(
    fc.property(
      fc.record({
        columns: fc.uniqueArray(column, { selector: (each) => each.name, minLength: 3, maxLength: 5 }),
        keyCount: fc.nat({ max: 2 }),
        about: fc.option(words, { nil: undefined }),
        serdeProperties: properties,
        tableProperties: properties,
      }),
      (given) => {
        const first = new MemoryState();
        run('CREATE DATABASE IF NOT EXISTS default', first);
        run(statementOf(given), first);
        const shown = run('SHOW CREATE TABLE t', first);
        const second = new MemoryState();
        run(shown, second);
        const [before, after] = [tableOf(first, 't'), tableOf(second, 't')];
        const { transient_lastDdlTime: _, ...kept } = after.properties;
        assert.deepEqual({ ...after, properties: kept }, before);
        // And what is shown of that one is the same text.
        assert.equal(run('SHOW CREATE TABLE t', second), shown);
      },
    ),
    { numRuns: 200 },
  );
});
