// SPDX-License-Identifier: Apache-2.0
// Oracle: Trino's own test TestSqlParserErrorHandling (the statements, the places and, where one is named, the words); for
// backquotes in statements about tables "Escape reserved keywords in queries" and "Name databases, tables, and columns" (Amazon
// Athena User Guide).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SqlDialect } from '../query-engine.js';
import { readStatement } from './read-statement.js';

const backquoted = 'backquoted identifiers are not supported; use double quotes to quote identifiers';

function check(sql: string, message: string, dialect: SqlDialect = 'athena'): void {
  assert.throws(() => readStatement(sql, dialect), { code: 'SYNTAX_ERROR', message });
}

/** What is found stands in the message; what would be expected we say in fewer words than Trino. */
function checkBeginning(sql: string, beginning: string): void {
  assert.throws(
    () => readStatement(sql, 'athena'),
    (error: unknown) => error instanceof Error && error.message.startsWith(beginning),
    `${sql}: ${beginning}`,
  );
}

describe('complaints in the words of Trino', () => {
  const cases: readonly (readonly [sql: string, message: string])[] = [
    ['select * from `foo`', `line 1:15: ${backquoted}`],
    ['select * from foo `bar`', `line 1:19: ${backquoted}`],
    [
      'select 1x from dual',
      'line 1:8: identifiers must not start with a digit; surround the identifier with double quotes',
    ],
    ['SELECT "" FROM t', 'line 1:8: Zero-length delimited identifier not allowed'],
    ['SELECT a FROM ""', 'line 1:15: Zero-length delimited identifier not allowed'],
    ['SELECT a FROM "".t', 'line 1:15: Zero-length delimited identifier not allowed'],
    ['SELECT a FROM "".s.t', 'line 1:15: Zero-length delimited identifier not allowed'],
  ];
  for (const [sql, message] of cases) test(sql, () => check(sql, message));
});

describe('complaints at the place where Trino has them', () => {
  const cases: readonly (readonly [sql: string, beginning: string])[] = [
    ['select *\nfrom x\nfrom', "line 3:1: mismatched input 'from'"],
    ['select *\nfrom x\nwhere from', "line 3:7: mismatched input 'from'"],
    ['select * from', "line 1:14: mismatched input '<EOF>'"],
    ['select * from  ', "line 1:16: mismatched input '<EOF>'"],
    ['select fuu from dual order by fuu order by fuu', "line 1:35: mismatched input 'order'"],
    ['select fuu from dual limit 10 order by fuu', "line 1:31: mismatched input 'order'"],
    ['select foo(,1)', "line 1:12: mismatched input ','"],
    ['select foo ( ,1)', "line 1:14: mismatched input ','"],
    ['select foo(DISTINCT)', "line 1:20: mismatched input ')'"],
    ['select foo(DISTINCT ,1)', "line 1:21: mismatched input ','"],
    ['SELECT x() over (ROWS select) FROM t', "line 1:23: mismatched input 'select'"],
    ['SELECT X() OVER (ROWS UNBOUNDED) FROM T', "line 1:32: mismatched input ')'"],
    ['SELECT a FROM x ORDER BY (SELECT b FROM t WHERE ', "line 1:49: mismatched input '<EOF>'"],
    ['SELECT a FROM a AS x TABLESAMPLE x ', "line 1:34: mismatched input 'x'"],
    ['SELECT a AS z FROM t GROUP BY CUBE (a), ', "line 1:41: mismatched input '<EOF>'"],
    ['SELECT a AS z FROM t WHERE x = 1 + ', "line 1:36: mismatched input '<EOF>'"],
    ['SELECT * FROM ( ', "line 1:17: mismatched input '<EOF>'"],
    ['SELECT CAST(a AS )', "line 1:18: mismatched input ')'"],
    ['SELECT foo(*) filter (', "line 1:23: mismatched input '<EOF>'"],
    ['SELECT * FROM t t x', "line 1:19: mismatched input 'x'"],
    ['SELECT * FROM t WHERE EXISTS (', "line 1:31: mismatched input '<EOF>'"],
    ['WITH t AS (SELECT 1 SELECT t.* FROM t', "line 1:21: mismatched input 'SELECT'"],
  ];
  for (const [sql, beginning] of cases) test(sql, () => checkBeginning(sql, beginning));
});

describe('backquotes', () => {
  test('are no quotes in whatever has the words of a query', () => {
    check('SELECT `a` FROM t', `line 1:8: ${backquoted}`, 'lake');
    check('EXPLAIN SELECT\n  `a` FROM t', `line 2:3: ${backquoted}`);
    check('PREPARE p FROM SELECT `a` FROM t', `line 1:23: ${backquoted}`);
    check('CREATE VIEW `_v` AS SELECT `a` FROM t', `line 1:8: ${backquoted}`);
  });

  test('are characters of a text, of a name in quotes and of a comment', () => {
    const { tables } = readStatement('SELECT \'`\' -- `\nFROM "a`b" /* ` */', 'athena');
    assert.deepEqual(tables, [{ table: 'a`b' }]);
  });

  test('are quotes in statements about tables, and around the names of views', () => {
    const nameOf = (sql: string) => {
      const { ddl } = readStatement(sql, 'athena');
      return ddl !== undefined && 'table' in ddl ? ddl.table?.table : undefined;
    };
    assert.equal(nameOf("CREATE EXTERNAL TABLE `_t` (`_id` string) LOCATION 's3://b/'"), '_t');
    assert.equal(nameOf('DESCRIBE `_t`'), '_t');
    assert.equal(nameOf('CREATE OR REPLACE VIEW `_v` AS SELECT 1'), '_v');
    assert.equal(nameOf('DROP VIEW `_v`'), '_v');
  });
});
