// SPDX-License-Identifier: Apache-2.0
// Oracle: what the Amazon Athena User Guide's "Using EXPLAIN and EXPLAIN ANALYZE in Athena" says that EXPLAIN reads (no data), and
// that EXPLAIN ANALYZE runs the statement; the rows that the test itself gives.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import type { QueryStatistics } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { WantedTable } from '../table-condition.js';
import type { TableColumn, TableSource } from '../table-source.js';
import { openQueryEngine } from './open-query-engine.js';

const engine = openQueryEngine({ clock: systemClock, log: silentLog });
after(() => engine.close());

const columns: readonly TableColumn[] = [
  { name: 'name', type: 'varchar' },
  { name: 'n', type: 'bigint' },
];
const sources: Readonly<Record<string, TableSource>> = {
  t: {
    kind: 'rows',
    columns,
    rows: [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ],
  },
  v: { kind: 'view', sql: 'SELECT name AS shown FROM t WHERE n > 1' },
  history: { kind: 'segments', schema: 'athena', files: [] },
};

async function ask(sql: string) {
  const asked: WantedTable[] = [];
  const lines: string[] = [];
  const found: TableColumn[] = [];
  const statistics: QueryStatistics = await engine.run({
    sql,
    dialect: 'athena',
    limits: {
      runMsMax: 60_000,
      rowsMax: 1_000,
      resultBytesMax: 1_000_000,
      memoryBytesMax: 256 * 1024 * 1024,
    },
    resolve: (names) => {
      asked.push(...names);
      return Promise.resolve(
        names.map(({ table }): TableSource => {
          const source = sources[table];
          if (source === undefined)
            throw new QueryError('TABLE_NOT_FOUND', `Table '${table}' does not exist`);
          return { ...source, fullName: { catalog: 'c', schema: 's', table } };
        }),
      );
    },
    onColumns: (given) => {
      found.push(...given);
    },
    onRows: (rows) => {
      lines.push(...rows.map(([line]) => line ?? ''));
    },
  }).done;
  return { asked, lines, columns: found, statistics };
}

test('only the columns of tables are asked for, behind views too', async () => {
  const { asked, lines, columns, statistics } = await ask("EXPLAIN SELECT * FROM v WHERE shown = 'a'");
  assert.deepEqual(
    asked.map(({ table, schemaOnly }) => [table, schemaOnly]),
    [
      ['v', true],
      ['t', true],
    ],
  );
  assert.deepEqual(columns, [{ name: 'Query Plan', type: `varchar(${lines.join('\n').length - 1})` }]);
  assert.deepEqual(lines, [
    'Output[columnNames = [shown]]',
    '│   Layout: [shown:varchar]',
    "└─ Filter[filterPredicate = (shown = 'a')]",
    '   └─ View[name = c:s:v]',
    '      └─ Filter[filterPredicate = (n > 1)]',
    '         └─ TableScan[table = c:s:t]',
    '                Layout: [name:varchar, n:bigint]',
    ...['', '', ''],
  ]);
  const { executionMs, bytesScanned, rowsScanned } = statistics;
  assert.deepEqual([executionMs, bytesScanned, rowsScanned], [0, 0, 0]);
});

test('a history without files has its columns', async () => {
  const { lines } = await ask('EXPLAIN (TYPE DISTRIBUTED) SELECT eventname FROM history');
  assert.deepEqual(lines.slice(0, 3), [
    'Fragment 0 [SINGLE]',
    '    Output layout: [eventname]',
    '    Output partitioning: SINGLE []',
  ]);
  assert.equal(lines.at(-4)?.trim(), 'Layout: [eventname:varchar]');
});

test('VALIDATE: true, or what is wrong', async () => {
  assert.deepEqual((await ask('EXPLAIN (TYPE VALIDATE) SELECT name FROM t')).lines, ['true', '']);
  const wrong: readonly (readonly [sql: string, words: RegExp])[] = [
    ['SELECT nope FROM t', /line 1:32: COLUMN_NOT_FOUND: Column 'nope' cannot be resolved/],
    ['SELECT * FROM nope', /Table 'nope' does not exist/],
    ['SELECT name, n FROM t GROUP BY name', /EXPRESSION_NOT_AGGREGATE: 'n'/],
    ["SELECT n = 'a' FROM t", /Cannot apply operator: bigint = varchar/],
    ['SELECT ? FROM t', /Incorrect number of parameters/],
  ];
  for (const [sql, words] of wrong)
    await assert.rejects(ask(`EXPLAIN (TYPE VALIDATE) ${sql}`), (error) => {
      assert.ok(error instanceof QueryError);
      assert.match(error.message, words);
      return true;
    });
});

test('what happens to values happens when the statement is run', async () => {
  await ask('EXPLAIN SELECT 1 / (n - n) FROM t');
  await assert.rejects(ask('EXPLAIN ANALYZE SELECT 1 / (n - n) FROM t'), /Division by zero/);
});

test('ANALYZE runs the statement and counts its rows', async () => {
  const { asked, lines, statistics } = await ask('EXPLAIN ANALYZE SELECT * FROM t WHERE n < 3');
  assert.deepEqual(
    asked.map(({ schemaOnly }) => schemaOnly),
    [undefined],
  );
  assert.match(lines[0] ?? '', /^Planning: [\d.]+m?s, Execution: [\d.]+m?s$/);
  assert.match(lines[2] ?? '', /^ {4}CPU: [\d.]+m?s, Input: 0 rows \(0B\), Output: 2 rows$/);
  assert.equal(statistics.rowsReturned, lines.length);
});

test('IO names the tables that are read, with what is said of their columns', async () => {
  const { lines } = await ask("EXPLAIN (TYPE IO, FORMAT JSON) SELECT * FROM v, history WHERE shown = 'a'");
  const { inputTableColumnInfos } = JSON.parse(lines.join('\n')) as {
    inputTableColumnInfos: {
      table: { schemaTable: { table: string } };
      columnConstraints: { columnName: string }[];
    }[];
  };
  assert.deepEqual(
    inputTableColumnInfos.map(({ table, columnConstraints }) => [
      table.schemaTable.table,
      columnConstraints.map(({ columnName }) => columnName),
    ]),
    [
      ['t', ['n', 'name']],
      ['history', []],
    ],
  );
});
