// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB's own reading of each statement (json_serialize_sql); what is let through is executed by nobody else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { QueryError } from '../../query-error.js';
import { type AllowedNames, checkFinalTree } from './check-final-tree.js';
import { Session } from './session.js';

const allowed: AllowedNames = {
  relations: new Set(['t1', 't2']),
  functions: new Set([
    'count',
    'count_star',
    'sum',
    'upper',
    'unnest',
    'list_value',
    'list_transform',
    'row_number',
  ]),
};
let session: Session;
before(async () => {
  session = await Session.open([]);
});
after(() => session.close());

const good = [
  'SELECT 1',
  'SELECT a + 1, upper(b) FROM t1 WHERE a > 2 ORDER BY 1 LIMIT 3',
  'SELECT count(*) FROM t1 JOIN t2 USING (a)',
  'WITH x AS (SELECT * FROM t1) SELECT * FROM x, X AS y',
  'WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT * FROM x',
  'SELECT * FROM t1, LATERAL (SELECT unnest([1, 2])) AS u(n)',
  'SELECT * FROM unnest([1]) AS u(n)',
  'SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t1',
  'SELECT CASE WHEN a IN (SELECT a FROM t2) THEN CAST(a AS DECIMAL(3, 1)) END FROM t1',
  'SELECT list_transform([1], lambda q: q + 1)',
  "SELECT 'read_csv' AS \"read_csv\", 'BASE_TABLE' AS type",
  'SELECT sum(a) FILTER (WHERE b) FROM t1 GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 1',
  '(SELECT 1 UNION SELECT 2) EXCEPT SELECT a FROM t1',
  'VALUES (1), (2)',
];

const bad = [
  'SELECT * FROM t3',
  'SELECT * FROM main.t1',
  'SELECT * FROM memory.main.t1',
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM "a.parquet"',
  "SELECT * FROM read_csv('x')",
  "SELECT (SELECT count(*) FROM read_text('x'))",
  "SELECT * FROM glob('*')",
  "SELECT getenv('HOME')",
  'SELECT main.upper(getenv(b)) FROM t1',
  'SELECT other.upper(b) FROM t1',
  'WITH x AS (SELECT 1) SELECT * FROM y',
  'SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) z, x',
  'SELECT 1; SELECT 2',
  'DESCRIBE t1',
  'SUMMARIZE t1',
  'SHOW TABLES',
  'SELECT $1',
  'SELECT a FROM t1 AT (VERSION => 3)',
  'SELECT a FROM t1 ORDER BY getenv(a)',
  "SELECT a FROM t1 LIMIT (SELECT count(*) FROM glob('*'))",
  'SELECT sum(a) OVER (ORDER BY getenv(b)) FROM t1',
  'SELECT list_transform([1], lambda q: getenv(q))',
  'INSERT INTO t1 VALUES (1)',
  "COPY t1 TO 'x'",
  'SET threads = 1',
  'PIVOT t1 ON a USING sum(b)',
];

async function check(sql: string): Promise<void> {
  checkFinalTree(await session.serialized(sql), allowed);
}

describe('the last gate', () => {
  for (const sql of good) test(`lets through: ${sql}`, () => check(sql));
  for (const sql of bad)
    test(`refuses: ${sql}`, async () => {
      await assert.rejects(
        check(sql),
        (error) => error instanceof QueryError && error.code === 'NOT_SUPPORTED',
      );
    });
});
