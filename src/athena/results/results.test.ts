// SPDX-License-Identifier: Apache-2.0
/** Oracle: result files that Athena wrote, byte for byte where they are known, and the ColumnInfo of its answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvRows } from '../../query/results/quoted-csv.js';
import { statementKindOf } from '../statement-kind.js';
import { resultColumns, toResultColumn } from './column-info.js';
import { resultMetadata } from './result-metadata.js';

test('CSV: values in quotes, quotes doubled, NULL as nothing, an empty text as two quotes', () => {
  assert.equal(
    csvRows([['1', "it's", 'a"b', null, '', '[1, 2]', '01 02'], ['x\ny']]),
    '"1","it\'s","a""b",,"","[1, 2]","01 02"\n"x\ny"\n',
  );
});

const columns: readonly (readonly [
  type: string,
  shown: string,
  precision: number | undefined,
  scale: number | undefined,
  caseSensitive: boolean | undefined,
])[] = [
  ['varchar', 'varchar', 2147483647, 0, true],
  ['varchar(5)', 'varchar', 5, 0, true],
  ['integer', 'integer', 10, 0, false],
  ['bigint', 'bigint', 19, 0, false],
  ['real', 'float', 17, 0, false],
  ['double', 'double', 17, 0, false],
  ['decimal(10, 2)', 'decimal', 10, 2, false],
  ['boolean', 'boolean', undefined, undefined, false],
  ['date', 'date', undefined, 0, false],
  ['timestamp(3)', 'timestamp', 3, 0, false],
  ['timestamp(3) with time zone', 'timestamp with time zone', 3, 0, false],
  ['varbinary', 'varbinary', 1073741824, 0, false],
  ['row(a varchar(3), b decimal(1, 0))', 'row', undefined, undefined, undefined],
  ['array(varchar)', 'array', undefined, undefined, undefined],
  ['map(varchar, varchar)', 'map', undefined, undefined, undefined],
  ['string', 'string', undefined, undefined, undefined],
];
for (const [type, shown, precision, scale, caseSensitive] of columns)
  test(`a column of type ${type}`, () => {
    const { name: _, ...found } = toResultColumn({ name: 'c', type });
    const wanted = { type: shown, precision, scale, caseSensitive };
    assert.deepEqual({ precision: undefined, scale: undefined, caseSensitive: undefined, ...found }, wanted);
  });

test('metadata: of SHOW CREATE TABLE 88 bytes, of DESCRIBE 152, as Athena writes them', () => {
  const id = '01234567-89ab-4def-8123-456789abcdef';
  const of = (...names: string[]) =>
    resultMetadata(
      id,
      names.map((name) => ({ name, type: 'string' })),
    );
  assert.equal(of('createtab_stmt').length, 88);
  assert.equal(of('col_name', 'data_type', 'comment').length, 152);
  // A column `rows bigint` is 22 22 …, and its numbers stand at its end.
  const rows = resultMetadata('', [toResultColumn({ name: 'rows', type: 'bigint' })]);
  assert.equal(rows.toString('hex').slice(4, 8), '2222');
  assert.equal(rows.toString('hex').slice(-16), '3813400048035000');
});

test('columns of what the catalog answers have no numbers; some statements answer lines without a column', () => {
  const columns = [{ name: 'column', type: 'varchar' }];
  const of = (sql: string) => resultColumns(statementKindOf(sql), columns);
  assert.deepEqual(of('DESCRIBE v'), columns);
  assert.deepEqual(of('SHOW VIEWS'), columns);
  assert.deepEqual(of('MSCK REPAIR TABLE t'), []);
  assert.equal(of('SELECT 1')[0]?.precision, 2147483647);
  assert.equal(of('SHOW FUNCTIONS')[0]?.precision, 2147483647);
  // 0a 24 and the id.
  assert.equal(resultMetadata('01234567-89ab-4def-8123-456789abcdef', []).length, 38);
});
