// SPDX-License-Identifier: Apache-2.0
// Oracle: the same query with a condition that is not seen to be one on the first numbers (`n + 0 = 1`): then every row is numbered.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { checkFinalTree } from '../engine/child/check-final-tree.js';
import { ALLOWED_FUNCTIONS, type ResolvedTable } from './dialect.js';
import { openTranslated } from './testing/run-translated.js';

const seed = seedOfRun();
console.log(`seed ${seed}`);

/** Texts of times in the usual form, otherwise written, of none, with what stands beside them (`TableSchema.faster`). */
const times: readonly (readonly [text: string | null, time: string, odd: string | null])[] = [
  ['2026-11-01T10:00:00Z', '2026-11-01 10:00:00', null],
  ['2026-11-01T10:00:01Z', '2026-11-01 10:00:01', null],
  ['1969-12-31T23:59:59Z', '1969-12-31 23:59:59', null],
  ['2026-11-01T12:00:00+05:00', '2026-11-01 07:00:00', '~2026-11-01T12:00:00+05:00'],
  ['2026-11-01T10:00:00.5Z', '2026-11-01 10:00:00.5', '~2026-11-01T10:00:00.5Z'],
  ['yesterday', '2026-11-01 10:00:00', '=yesterday'],
  ['', '2026-11-01 10:00:01', '='],
  [null, '2026-11-01 10:00:01', ''],
];

const columns = [
  { name: 'eventtime', type: 'varchar' },
  { name: 'happened', type: 'timestamp(3)' },
  { name: 'name', type: 'varchar' },
  { name: 'number', type: 'bigint' },
  { name: 'flag', type: 'boolean' },
  { name: 'size', type: 'double' },
  { name: 'id', type: 'integer' },
];

const odd = { timestamp: '_time', odd: '_odd' };
const tables: Readonly<Record<string, ResolvedTable>> = {
  odd: { view: 'r', schema: { columns, hidden: ['_time', '_odd'], faster: { eventtime: odd } } },
  plain: { view: 'r', schema: { columns, hidden: ['_time', '_odd'], faster: { name: {} } } },
};

const session = await openTranslated([
  'CREATE TABLE rows_of (eventtime VARCHAR, happened TIMESTAMP, name VARCHAR, number BIGINT, flag BOOLEAN, size DOUBLE, id INTEGER, _time TIMESTAMP, _odd VARCHAR)',
  'CREATE VIEW r AS SELECT * FROM rows_of',
]);
after(() => session.close());

const sql = (value: unknown): string =>
  value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value);

const row = fc.record({
  time: fc.constantFrom(...times),
  usualOnly: fc.boolean(),
  name: fc.constantFrom('a', 'b', '', null),
  number: fc.constantFrom(1, 2, null),
  flag: fc.constantFrom(true, false, null),
  size: fc.constantFrom("CAST('nan' AS DOUBLE)", '0.0', '-0.0', '1.5', 'NULL'),
});

const direction = fc.constantFrom(
  '',
  ' ASC',
  ' DESC',
  ' ASC NULLS FIRST',
  ' DESC NULLS FIRST',
  ' DESC NULLS LAST',
);
const key = fc.constantFrom(
  'eventtime',
  'happened',
  'name',
  'number',
  'flag',
  'size',
  'upper(name)',
  'number + 1',
);
const order = fc.tuple(key, direction).map((parts) => parts.join(''));
const query = fc.record({
  rows: fc.array(row, { maxLength: 30 }),
  groups: fc.uniqueArray(key, { maxLength: 3 }),
  orders: fc.array(order, { maxLength: 3 }),
  rank: fc.constantFrom('row_number()', 'rank()', 'dense_rank()'),
  condition: fc.constantFrom('n = 1', '1 = n', 'n <= 1', 'n < 2', 'n <= 2', 'n < 4'),
  where: fc.constantFrom('', ' WHERE name IS NOT NULL', " WHERE number = 1 OR name = 'a'"),
  table: fc.constantFrom('odd', 'plain'),
  form: fc.constantFrom<(inner: string, condition: string) => string>(
    (inner, condition) => `SELECT id, n FROM (${inner}) AS x WHERE ${condition}`,
    (inner, condition) => `SELECT * FROM (${inner}) WHERE ${condition} AND (id > 3 OR name IS NOT NULL)`,
    (inner, condition) => `WITH x AS (${inner}) SELECT id, eventtime FROM x WHERE ${condition}`,
    (inner, condition) =>
      `WITH x AS (${inner}), y AS (SELECT id FROM x WHERE ${condition}) SELECT count(*), max(id) FROM y`,
    (inner, condition) =>
      `SELECT count(*) FROM (SELECT id FROM (${inner}) AS x WHERE ${condition}) AS y JOIN t ON t.id = y.id`,
  ),
});

async function fill(
  rows: readonly { time: readonly (string | null)[]; [name: string]: unknown }[],
): Promise<void> {
  await session.all('DELETE FROM rows_of');
  if (rows.length === 0) return;
  const lines = rows.map(({ time: [text, time, isOdd], name, number, flag, size }, id) => {
    const cells = [text, isOdd === '' ? null : time, name, number, flag].map(sql);
    return `(${[...cells, size, id, sql(time), sql(isOdd)].join(', ')})`;
  });
  await session.all(`INSERT INTO rows_of VALUES ${lines.join(', ')}`);
}

async function answer(statement: string, table: string) {
  const { rows, sql: made } = await session.run(statement, { table: () => tables[table] as ResolvedTable });
  return { rows: rows.map((cells) => JSON.stringify(cells)).sort(), made };
}

/** By the engine's own reading of it. */
async function verifyHarmless(made: string): Promise<void> {
  const [[tree]] = (await session.all(`SELECT json_serialize_sql('${made.replaceAll("'", "''")}')`)) as [
    [string],
  ];
  checkFinalTree(tree, { relations: new Set(['r']), functions: ALLOWED_FUNCTIONS });
}

const isJoined = (made: string): boolean => made.includes('AS MATERIALIZED');

describe('rows that are numbered first', () => {
  test('are those of all rows numbered, whatever groups and orders there are', async () => {
    let joined = 0;
    await fc.assert(
      fc.asyncProperty(query, async ({ rows, groups, orders, rank, condition, where, table, form }) => {
        await fill(rows);
        // Numbers of equal rows are any; by the id none are.
        const sorted = [...orders, ...(rank === 'row_number()' ? ['id DESC'] : [])];
        const over = [
          ...(groups.length > 0 ? [`PARTITION BY ${groups.join(', ')}`] : []),
          ...(sorted.length > 0 ? [`ORDER BY ${sorted.join(', ')}`] : []),
        ];
        const inner = `SELECT *, ${rank} OVER (${over.join(' ')}) AS n FROM t${where}`;
        const fast = await answer(form(inner, condition), table);
        const slow = await answer(form(inner, condition.replace('n', 'n + 0')), table);
        assert.ok(!isJoined(slow.made));
        if (isJoined(fast.made)) joined += 1;
        assert.deepEqual(fast.rows, slow.rows, `${form(inner, condition)}\n${fast.made}`);
      }),
      { seed, numRuns: 120 },
    );
    assert.ok(joined > 15, `${joined} of the statements`);
  });

  const newest = 'row_number() OVER (PARTITION BY name ORDER BY eventtime DESC, id) AS n';
  for (const statement of [
    `WITH x AS (SELECT *, ${newest} FROM t) SELECT id FROM x WHERE n = 1`,
    `SELECT id FROM (SELECT *, ${newest} FROM t) WHERE n <= 1`,
    `SELECT x.b FROM (SELECT id, ${newest} FROM t) AS x (b, n) WHERE x.n = 1 AND b > 0`,
    'SELECT id FROM (SELECT id, rank() OVER w AS n FROM t WINDOW w AS (ORDER BY number)) WHERE n < 2',
  ])
    test(`are read alone: ${statement}`, async () => {
      const { made } = await answer(statement, 'odd');
      assert.ok(isJoined(made));
      await verifyHarmless(made);
    });

  for (const [why, statement] of [
    [
      'others of the rows are asked for',
      `WITH x AS (SELECT *, ${newest} FROM t) SELECT a.id FROM x AS a, x AS b WHERE a.n = 1`,
    ],
    [
      'others are asked for by another query',
      `WITH x AS (SELECT *, ${newest} FROM t) SELECT id FROM x WHERE n = 1 AND id IN (SELECT id FROM x)`,
    ],
    ['the others count', `SELECT id FROM (SELECT *, ${newest}, count(*) OVER () AS c FROM t) WHERE n = 1`],
    ['they are limited', `SELECT id FROM (SELECT *, ${newest} FROM t ORDER BY id LIMIT 5) WHERE n = 1`],
    [
      'they are other ones each time',
      `SELECT id FROM (SELECT *, row_number() OVER (PARTITION BY name ORDER BY random()) AS n FROM t) WHERE n = 1`,
    ],
    [
      'they are a sample',
      `SELECT id FROM (SELECT *, ${newest} FROM t TABLESAMPLE BERNOULLI (50)) WHERE n = 1`,
    ],
    [
      'they are groups',
      'SELECT name FROM (SELECT name, row_number() OVER (ORDER BY name) AS n FROM t GROUP BY name) WHERE n = 1',
    ],
    ['a row that is not first is asked for', `SELECT id FROM (SELECT *, ${newest} FROM t) WHERE n = 2`],
    ['either will do', `SELECT id FROM (SELECT *, ${newest} FROM t) WHERE n = 1 OR id = 2`],
    [
      'they are asked from outside',
      `SELECT (SELECT max(id) FROM (SELECT *, ${newest} FROM t AS u WHERE u.id = v.id) WHERE n = 1) FROM t AS v`,
    ],
  ] as const)
    test(`are not read alone where ${why}`, async () => {
      assert.ok(!isJoined((await answer(statement, 'odd')).made), statement);
    });
});

test('times by the columns beside their texts call nothing that is not allowed', async () => {
  await fill([]);
  for (const time of [
    'from_iso8601_timestamp(eventtime)',
    "date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ')",
    'happened',
  ]) {
    const { made } = await answer(
      `SELECT date_trunc('week', ${time}), min(${time}) FROM t GROUP BY 1`,
      'odd',
    );
    assert.match(made, / \/\/ 604800000000 /);
    await verifyHarmless(made);
  }
});
