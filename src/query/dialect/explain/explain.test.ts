// SPDX-License-Identifier: Apache-2.0
// Oracle: Trino's page "EXPLAIN" for the shapes (how a plan is drawn, the members of its JSON and of TYPE IO), the Amazon Athena
// User Guide's "Using EXPLAIN and EXPLAIN ANALYZE in Athena" for what may be said; the plans themselves follow from the queries.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { QueryError } from '../../query-error.js';
import { readStatement } from '../read-statement.js';
import { explanationOf } from './explanation.js';
import type { ReadTable } from './io-plan.js';
import type { PlannedTables } from './plan-of-query.js';

const columns = [{ name: 'a', type: 'integer' }];
const scan: PlannedTables = ({ table }) => ({
  name: { catalog: 'awsdatacatalog', schema: 'default', table },
  columns: [
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'varchar' },
  ],
});

function answer(sql: string, tables = scan, reads: readonly ReadTable[] = []) {
  const { explain, query } = readStatement(sql, 'athena');
  assert.ok(explain && query);
  const found = explanationOf({ explain, query, columns, tables, reads });
  return { ...found, text: found.rows.map(([line]) => line).join('\n') };
}

const refused: readonly (readonly [sql: string, code: string, words: RegExp])[] = [
  ['EXPLAIN', 'SYNTAX_ERROR', /empty/],
  ['EXPLAIN (TYPE NO) SELECT 1', 'SYNTAX_ERROR', /line 1:15.*'NO'.*'VALIDATE'/],
  ['EXPLAIN (FORMAT XML) SELECT 1', 'SYNTAX_ERROR', /'JSON', 'TEXT'/],
  ['EXPLAIN (FORMAT GRAPHVIZ) SELECT 1', 'NOT_SUPPORTED', /GRAPHVIZ/],
  ['EXPLAIN ANALYZE (TYPE LOGICAL) SELECT 1', 'SYNTAX_ERROR', /'TYPE'.*'FORMAT'/],
  ['EXPLAIN ANALYZE VERBOSE SELECT 1', 'NOT_SUPPORTED', /VERBOSE/],
  ['EXPLAIN EXPLAIN SELECT 1', 'NOT_SUPPORTED', /EXPLAIN/],
  ["EXPLAIN UNLOAD (SELECT 1) TO 's3://b/'", 'NOT_SUPPORTED', /UNLOAD/],
  ['EXPLAIN (TYPE VALIDATE) SELET 1', 'NOT_SUPPORTED', /SELET/],
  ['EXPLAIN SELECT 1; SELECT 2', 'NOT_SUPPORTED', /one statement/],
];
for (const [sql, code, words] of refused)
  test(`refused: ${sql}`, () => {
    assert.throws(
      () => readStatement(sql, 'athena'),
      (error) => error instanceof QueryError && error.code === code && words.test(error.message),
    );
  });

test('Lake runs SELECT statements only', () => {
  assert.throws(() => readStatement('EXPLAIN SELECT 1', 'lake'), /Only SELECT/);
});

const kinds: readonly (readonly [sql: string, explain: unknown])[] = [
  ['EXPLAIN SELECT 1', { type: 'logical', format: 'text', analyzes: false }],
  ['explain(type validate)select 1', { type: 'validate', format: 'text', analyzes: false }],
  [
    'EXPLAIN (FORMAT JSON, TYPE DISTRIBUTED) SELECT 1',
    { type: 'distributed', format: 'json', analyzes: false },
  ],
  ['EXPLAIN ANALYZE SELECT 1', { type: 'distributed', format: 'text', analyzes: true }],
  ['EXPLAIN ANALYZE (FORMAT JSON) SELECT 1', { type: 'distributed', format: 'json', analyzes: true }],
  ['EXPLAIN (SELECT 1)', { type: 'logical', format: 'text', analyzes: false }],
];
for (const [sql, explain] of kinds)
  test(`read: ${sql}`, () => assert.deepEqual(readStatement(sql, 'athena').explain, explain));

test('VALIDATE: a column Valid, true', () => {
  const { columns, rows } = answer('EXPLAIN (TYPE VALIDATE) SELECT a FROM t');
  // The line end that Athena adds to every answer.
  assert.deepEqual(
    { columns, rows },
    { columns: [{ name: 'Valid', type: 'boolean' }], rows: [['true'], ['']] },
  );
});

test('a plan is drawn as Trino draws it, with the columns that are named', () => {
  const { columns, text } = answer("EXPLAIN SELECT a FROM t WHERE b = 'x' ORDER BY a LIMIT 5");
  // As long as the plan, without the line end that Athena adds.
  assert.deepEqual(columns, [{ name: 'Query Plan', type: `varchar(${text.length - 1})` }]);
  assert.equal(
    text,
    `Output[columnNames = [a]]
│   Layout: [a:integer]
└─ TopN[count = 5, orderBy = [a ASC NULLS LAST]]
   └─ Filter[filterPredicate = (b = 'x')]
      └─ TableScan[table = awsdatacatalog:default:t]
             Layout: [a:integer, b:varchar]


`,
  );
  assert.match(answer('EXPLAIN SELECT a FROM t').text, /Layout: \[a:integer\]\n\n\n$/);
});

const steps: readonly (readonly [sql: string, steps: readonly string[]])[] = [
  ['SELECT DISTINCT a FROM t', ['Distinct[]', 'TableScan[']],
  ['SELECT a FROM t UNION ALL SELECT a FROM u', ['Union[]', 'default:t]', 'default:u]']],
  ['SELECT a FROM t EXCEPT SELECT a FROM u', ['Distinct[]', 'Except[]']],
  ['SELECT t.a FROM t LEFT JOIN u ON t.a = u.a', ['LeftJoin[criteria = (t.a = u.a)]']],
  ['SELECT a FROM t JOIN u USING (a)', ['InnerJoin[criteria = USING (a)]']],
  [
    'SELECT a FROM t CROSS JOIN UNNEST(ARRAY[1, 2]) AS x (y)',
    ['CrossJoin[]', 'Unnest[unnest = [ARRAY[1, 2]]]'],
  ],
  [
    'SELECT b, sum(a) AS s FROM t GROUP BY 1 HAVING count(*) > 1',
    ['s := sum(a)', '(count(*) > 1)', 'Aggregate[keys = [b]]', 'count(*)'],
  ],
  ['SELECT count(*) FROM t GROUP BY ROLLUP (b)', ['Aggregate[keys = [ROLLUP ((b))]]']],
  [
    'SELECT rank() OVER (PARTITION BY b ORDER BY a DESC) FROM t',
    ['Window[]', 'rank() OVER (PARTITION BY b ORDER BY a DESC NULLS LAST)'],
  ],
  [
    'SELECT a FROM t WHERE a IN (SELECT a FROM u)',
    ['Filter[filterPredicate = (a IN (subquery 1))]', 'Subquery[number = 1]', 'default:u]'],
  ],
  [
    'WITH w AS (SELECT a FROM t) SELECT x.a FROM w AS x, w AS y',
    ['With[]', 'WithQuery[name = w]', 'WithScan[name = w]'],
  ],
  [
    'SELECT a FROM t TABLESAMPLE BERNOULLI (10) ORDER BY a OFFSET 2 LIMIT 1',
    ['Limit[count = 1]', 'Offset[count = 2]', 'Sort[', 'Sample[type = BERNOULLI, percent = 10]'],
  ],
  ['VALUES 1, 2', ['Values[rows = 2]']],
];
for (const [sql, wanted] of steps)
  test(`steps of ${sql}`, () => {
    const { text } = answer(`EXPLAIN ${sql}`);
    for (const step of wanted) assert.ok(text.includes(step), `${step} in\n${text}`);
  });

test('what stands behind a view is in the plan; views in views come to an end', () => {
  const view = readStatement('SELECT v.a FROM v, v AS w', 'athena').query;
  assert.ok(view);
  const deep = (levels: number): PlannedTables =>
    levels === 0 ? scan : (name) => ({ name, view: { query: view, tables: deep(levels - 1) } });
  assert.throws(() => answer('EXPLAIN SELECT a FROM v', deep(12)), /more than 2000 steps/);
  const long = readStatement(`SELECT a FROM t WHERE b <> '${'x'.repeat(100_000)}'`, 'athena').query;
  assert.ok(long);
  const wide: PlannedTables = (name) => ({ name, view: { query: long, tables: scan } });
  const many = Array.from({ length: 50 }, (_, at) => `v AS v${at}`).join(', ');
  assert.throws(() => answer(`EXPLAIN SELECT 1 FROM ${many}`, wide), /more than 4000000 characters/);
  const one: PlannedTables = (name) => ({ name, view: { query: view, tables: scan } });
  assert.match(answer('EXPLAIN SELECT a FROM x.v', one).text, /View\[name = x:v\]\n.*└─ CrossJoin/s);
});

test('JSON has the members of Trino’s plans', () => {
  const plan = JSON.parse(answer('EXPLAIN (FORMAT JSON) SELECT a FROM t').text) as Record<string, unknown>;
  assert.deepEqual(Object.keys(plan), [
    'id',
    'name',
    'descriptor',
    'outputs',
    'details',
    'estimates',
    'children',
  ]);
  assert.deepEqual([plan.name, plan.outputs], ['Output', [{ symbol: 'a', type: 'integer' }]]);
  const distributed = JSON.parse(
    answer('EXPLAIN (TYPE DISTRIBUTED, FORMAT JSON) SELECT a FROM t').text,
  ) as object;
  assert.deepEqual(Object.keys(distributed), ['0']);
});

describe('IO', () => {
  const column = { kind: 'column', name: 'a' } as const;
  const value = (text: string) => ({ kind: 'constant', type: 'integer', text }) as const;
  const compare = (operator: '=' | '<' | '>=' | '<>') =>
    ({ kind: 'compare', operator, left: column, right: value('5') }) as const;
  const rangesOf = (where: ReadTable['where']) => {
    const read = { name: { catalog: 'c', schema: 's', table: 't' }, columns, ...(where && { where }) };
    const { text } = answer('EXPLAIN (TYPE IO, FORMAT JSON) SELECT a FROM t', scan, [read]);
    const [{ table, columnConstraints }] = (JSON.parse(text) as { inputTableColumnInfos: [Io] })
      .inputTableColumnInfos;
    assert.deepEqual(table, { catalog: 'c', schemaTable: { schema: 's', table: 't' } });
    return columnConstraints.flatMap(({ domain }) => domain.ranges);
  };
  interface Io {
    table: unknown;
    columnConstraints: { columnName: string; type: string; domain: { ranges: unknown[] } }[];
  }
  const exactly = { value: '5', bound: 'EXACTLY' };

  test('a value, a range, several values', () => {
    assert.deepEqual(rangesOf(compare('=')), [{ low: exactly, high: exactly }]);
    assert.deepEqual(rangesOf(compare('>=')), [{ low: exactly, high: { bound: 'BELOW' } }]);
    assert.deepEqual(rangesOf({ ...compare('>='), left: value('5'), right: column }), [
      { low: { bound: 'ABOVE' }, high: exactly },
    ]);
    const values = [value('5'), value('6')];
    assert.equal(rangesOf({ kind: 'in', of: column, values, not: false }).length, 2);
  });
  test('what is no range of a column is left out', () => {
    assert.deepEqual(rangesOf(undefined), []);
    assert.deepEqual(rangesOf(compare('<>')), []);
    assert.deepEqual(rangesOf({ kind: 'or', terms: [compare('='), compare('<')] }), []);
    assert.deepEqual(rangesOf({ kind: 'in', of: column, values: [value('5')], not: true }), []);
  });
});

test('figures of a statement that was run', () => {
  const { explain, query } = readStatement('EXPLAIN ANALYZE SELECT a FROM t', 'athena');
  assert.ok(explain && query);
  const figures = {
    planningMs: 12,
    executionMs: 2_500,
    cpuMs: 7.125,
    rowsRead: 1,
    bytesRead: 1_536,
    rowsReturned: 3,
  };
  const { rows } = explanationOf({ explain, query, columns, tables: scan, reads: [], figures });
  const lines = rows.map(([line]) => line);
  assert.equal(lines[0], 'Planning: 12.00ms, Execution: 2.50s');
  assert.equal(lines[2], '    CPU: 7.13ms, Input: 1 row (1.50kB), Output: 3 rows');
});

test('a text in a plan stays on its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sql = `EXPLAIN SELECT a FROM t WHERE b = '${text.replaceAll("'", "''")}'`;
      const { rows } = answer(sql);
      assert.equal(rows.length, 8);
      for (const [line] of rows) assert.doesNotMatch(line ?? '', /[\r\n]/);
    }),
  );
});
