// SPDX-License-Identifier: Apache-2.0
// Oracle: StatementType and SubstatementType of GetQueryExecution's answers, as the measurements of the project athena-local
// (docs/dev/measurements/statements.md, query-results.md) have them of Athena's engine version 3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answeredKind, resultFileName, statementKindOf } from './statement-kind.js';

const cases: readonly (readonly [sql: string, kind: string, file: string])[] = [
  ['SELECT 1', 'DML SELECT', 'q.csv'],
  ['-- c\n/* d */ select(1)', 'DML SELECT', 'q.csv'],
  ['(SELECT 1)', 'DML SELECT', 'q.csv'],
  ['WITH a AS (SELECT 1) SELECT * FROM a', 'DML SELECT', 'q.csv'],
  ['EXPLAIN SELECT 1', 'DML EXPLAIN', 'q.txt'],
  ['INSERT INTO t VALUES (1)', 'DML INSERT', 'q'],
  ['CREATE TABLE t AS -- c\nSELECT 1', 'DDL CREATE_TABLE_AS_SELECT', 'tables/q'],
  ["CREATE EXTERNAL TABLE t (a string) LOCATION 's3://b/'", 'DDL CREATE_TABLE', 'q.txt'],
  ['CREATE OR REPLACE VIEW v AS SELECT 1', 'DDL CREATE_VIEW', 'q.txt'],
  ['create schema x', 'DDL CREATE_DATABASE', 'q.txt'],
  ["ALTER TABLE t ADD IF NOT EXISTS PARTITION (d='1')", 'DDL ALTER_TABLE_ADD_PARTITION', 'q.txt'],
  ["ALTER TABLE t SET TBLPROPERTIES ('comment'='add column')", 'DDL ALTER_TABLE_PROPERTIES', 'q.txt'],
  ['ALTER TABLE t ADD COLUMNS (a int)', 'DDL ALTER_TABLE_ADD_COLUMN', 'q.txt'],
  ['MSCK REPAIR TABLE t', 'DDL MSCK_REPAIR', 'q.txt'],
  ['VACUUM t', 'DML VACUUM_TABLE', 'q.csv'],
  ['ALTER TABLE t CHANGE COLUMN a b int', 'DDL ALTER_TABLE_CHANGE_COLUMN', 'q.txt'],
  ['ALTER TABLE t RENAME TO u', 'DDL ALTER_TABLE_RENAME', 'q.txt'],
  // Athena's name for it is not known.
  ["ALTER TABLE t PARTITION (d='1') RENAME TO PARTITION (d='2')", 'DDL ', 'q.txt'],
  ['SHOW SCHEMAS', 'UTILITY SHOW_DATABASES', 'q.txt'],
  ['SHOW /* c */ CREATE TABLE t', 'UTILITY SHOW_CREATE_TABLE', 'q.txt'],
  ['DESC t', 'UTILITY DESCRIBE_TABLE', 'q.txt'],
  ['PREPARE p FROM SELECT ?', 'UTILITY PREPARE', 'q.txt'],
];
for (const [sql, kind, file] of cases)
  test(sql.replaceAll('\n', ' '), () => {
    const found = statementKindOf(sql);
    assert.equal([found.type, found.subtype].join(' '), kind);
    assert.equal(resultFileName('q', found), file);
  });

test('what describes a view is told by its answer', () => {
  const view = [{ name: 'column' }, { name: 'type' }];
  for (const sql of ['DESCRIBE v', 'SHOW COLUMNS IN v'])
    assert.equal(answeredKind(statementKindOf(sql), view).subtype, 'DESC_VIEW');
  assert.equal(answeredKind(statementKindOf('DESC t'), [{ name: 'col_name' }]).subtype, 'DESCRIBE_TABLE');
  assert.equal(answeredKind(statementKindOf('SELECT 1 AS "column"'), view).subtype, 'SELECT');
});
