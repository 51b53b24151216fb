// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB's own reading of what was generated (json_serialize_sql): one SELECT, no relation but the resolved ones and
// its own WITH, no function off the list. Over soups of tokens and over real queries with pieces exchanged.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { checkFinalTree } from '../engine/child/check-final-tree.js';
import { QueryError } from '../query-error.js';
import { ALLOWED_FUNCTIONS, readStatement, translate } from './dialect.js';
import { FUNCTIONS } from './functions/all-functions.js';
import { RECORDS_TABLE } from './testing/records-table.js';
import { CASES_NOW_MS, openTranslated } from './testing/run-translated.js';
import { SQL_TOPICS } from './testing/sql-cases.js';
import { ALL_VECTORS } from './testing/vectors/all-vectors.js';

const session = await openTranslated();
after(() => session.close());

const seed = seedOfRun();
console.log(`seed ${seed}`);

/** The translation, or undefined where it is refused as it should be: by a QueryError that says nothing of the insides. */
function translated(sql: string): string | undefined {
  try {
    const parsed = readStatement(sql, 'athena');
    if (parsed.kind !== 'query') return undefined;
    const parameters = Array.from({ length: parsed.parameterCount }, () => "'x'");
    return translate(parsed, () => RECORDS_TABLE, { dialect: 'athena', nowMs: CASES_NOW_MS, parameters }).sql;
  } catch (error) {
    assert.ok(error instanceof QueryError, `${sql}\n${String(error instanceof Error ? error.stack : error)}`);
    assert.notEqual(error.code, 'INTERNAL');
    return undefined;
  }
}

async function verifyHarmless(sql: string): Promise<boolean> {
  const generated = translated(sql);
  if (generated === undefined) return false;
  const [[tree]] = (await session.all(`SELECT json_serialize_sql('${generated.replaceAll("'", "''")}')`)) as [
    [string],
  ];
  checkFinalTree(tree, { relations: new Set([RECORDS_TABLE.view]), functions: ALLOWED_FUNCTIONS });
  return true;
}

const queries = [
  ...SQL_TOPICS.flatMap(({ cases }) => cases.map(({ sql }) => sql)),
  ...ALL_VECTORS.flatMap(({ vectors }) => vectors.map(({ sql }) => sql)),
].concat(
  "SELECT useridentity.username, count(*) FROM t WHERE from_iso8601_timestamp(eventtime) > date_add('day', -7, now()) GROUP BY 1",
  'SELECT r.arn FROM t CROSS JOIN UNNEST(resources) AS u (r)',
);

const words = [
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    '(',
    ')',
    ',',
    '*',
    '.',
    "'a'",
    '1',
    't',
    'AS',
    'x',
    'JOIN',
    'ON',
    'true',
    'UNNEST',
    'WITH',
    '=',
    '->',
    '[',
    ']',
    '||',
    '"',
  ],
  ...[
    "read_csv('/etc/passwd')",
    'getenv',
    'duckdb_settings',
    'pragma_version',
    'information_schema.tables',
    'main.t',
    '"',
    "';--",
    ';',
    '$$',
    '{',
    '::',
    'COPY',
    'ATTACH',
  ],
  ...[
    'json_serialize_sql',
    'query_table',
    'enable_logging',
    'glob',
    "E'\\n'",
    "U&'x'",
    'system.main.t',
    'VALUES',
    'LATERAL',
    'OVER',
    'UNION',
  ],
];

describe('nothing gets through that is not known', () => {
  test('every construct of the cases passes the gate', async () => {
    let passed = 0;
    for (const sql of queries) if (await verifyHarmless(sql)) passed++;
    assert.ok(passed > queries.length * 0.8, `${passed} of ${queries.length}`);
  });

  test('soups of tokens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...words, ...FUNCTIONS.keys()), { maxLength: 25 }),
        async (soup) => {
          await verifyHarmless(`SELECT ${soup.join(' ')}`);
        },
      ),
      { numRuns: 300, seed },
    );
  });

  test('real queries with pieces exchanged', async () => {
    const pieces = queries.flatMap((sql) => sql.match(/\w+\([^()]*\)|'[^']*'|\w+|\S/g) ?? []).concat(words);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...queries),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 }),
        async (sql, changes) => {
          const tokens = sql.match(/'[^']*'|\w+|\S/g) ?? [];
          for (const [at, piece] of changes) tokens[at % tokens.length] = piece;
          await verifyHarmless(tokens.join(' '));
        },
      ),
      { numRuns: 400, seed },
    );
  });

  for (const sql of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT getenv('HOME')",
    "SELECT current_setting('memory_limit')",
    'SELECT * FROM duckdb_settings()',
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM enable_logging(storage='file')",
    "COPY t TO '/tmp/x'",
    "ATTACH '/tmp/x'",
    'PRAGMA version',
    'SET memory_limit = 1',
    'INSERT INTO t VALUES (1)',
    'DELETE FROM t',
    'MERGE INTO t USING u ON true',
    "UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET')",
    'CREATE TABLE x AS SELECT 1',
    'CALL x()',
    'INSTALL httpfs',
    'SELECT 1; SELECT 2',
    'SELECT sql_auto_complete(1)',
    'SELECT error(1)',
    'FROM t',
  ]) {
    test(`refused: ${sql}`, () => assert.equal(translated(sql), undefined));
  }
});

describe('limits', () => {
  const codeOf = (sql: string): string => {
    try {
      const parsed = readStatement(sql, 'athena');
      translate(parsed, () => RECORDS_TABLE, { dialect: 'athena', nowMs: CASES_NOW_MS });
      return 'none';
    } catch (error) {
      assert.ok(error instanceof QueryError, String(error));
      return error.code;
    }
  };
  const cases: readonly (readonly [name: string, sql: string, code: string])[] = [
    ['parentheses', `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, 'EXCEEDED_LIMIT'],
    ['subqueries', `${'SELECT * FROM ('.repeat(5000)}SELECT 1${')'.repeat(5000)}`, 'EXCEEDED_LIMIT'],
    ['sums', `SELECT 1${' + 1'.repeat(40_000)}`, 'EXCEEDED_LIMIT'],
    ['signs', `SELECT ${'- '.repeat(50_000)}1`, 'EXCEEDED_LIMIT'],
    ['NOT', `SELECT ${'NOT '.repeat(50_000)}true`, 'EXCEEDED_LIMIT'],
    [
      'arguments that are written more than once',
      `SELECT ${'nullif('.repeat(100)}1${', 1)'.repeat(100)}`,
      'EXCEEDED_LIMIT',
    ],
    [
      'lambdas that are read twice',
      `SELECT ${'reduce(ARRAY[1], 0, (s, x) -> 5000000000 + '.repeat(30)}1${', s -> s)'.repeat(30)}`,
      'EXCEEDED_LIMIT',
    ],
    [
      'macros within macros',
      `SELECT ${'regexp_replace(soundex('.repeat(8)}'x'${"), 'a', x -> 'b')".repeat(8)}`,
      'EXCEEDED_LIMIT',
    ],
    ['negative substrings', `SELECT ${'substr('.repeat(12)}'x'${', -1, 1)'.repeat(12)}`, 'EXCEEDED_LIMIT'],
    ['replacements', `SELECT ${"replace('a', ".repeat(60)}''${", 'b')".repeat(60)}`, 'EXCEEDED_LIMIT'],
    ['comments without an end', `SELECT ${'/*'.repeat(100_000)}`, 'SYNTAX_ERROR'],
    ['spaces', `${' '.repeat(100_000)}x`, 'NOT_SUPPORTED'],
    ['parentheses of joins', `SELECT * FROM ${'('.repeat(100_000)}`, 'EXCEEDED_LIMIT'],
    ['length', `SELECT '${'x'.repeat(262_144)}'`, 'EXCEEDED_LIMIT'],
    [
      'a thousand terms are none',
      `SELECT 1 WHERE ${Array.from({ length: 1000 }, (_, n) => `${n} = 1`).join(' OR ')}`,
      'none',
    ],
    [
      'long rows are compared',
      `SELECT (${Array(5000).fill('1').join(',')}) = (${Array(5000).fill('2').join(',')})`,
      'none',
    ],
    [
      'a thousand queries of WITH',
      `WITH ${Array.from({ length: 1000 }, (_, n) => `w${n} AS (SELECT 1 AS x)`).join(', ')} SELECT * FROM w999`,
      'none',
    ],
    ['types', `SELECT CAST(1 AS ${'array('.repeat(100)}integer${')'.repeat(100)})`, 'SYNTAX_ERROR'],
  ];
  for (const [name, sql, code] of cases) test(name, () => assert.equal(codeOf(sql), code));

  test("Lake's 10,000 characters", () => {
    assert.throws(() => readStatement(`SELECT '${'x'.repeat(10_000)}'`, 'lake'), { code: 'EXCEEDED_LIMIT' });
  });
});
