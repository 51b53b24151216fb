// SPDX-License-Identifier: Apache-2.0
// Oracle: @polyglot-sql/sdk, a reader of Trino's SQL that is not ours: what our parser takes for a query of the dialect is one
// to it too. It does not know a type's name before a text for every type (Trino, "Data types": IPADDRESS '10.0.0.1'), nor
// TABLE for a query (Trino, "SELECT": synopsis) or the clauses of json_table (Trino, "JSON functions and operators").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dialect, parse } from '@polyglot-sql/sdk';
import { readStatement } from './dialect.js';
import { SQL_TOPICS } from './testing/sql-cases.js';

const unknownToIt = /\b(?:IPADDRESS|DECIMAL|BIGINT|REAL) '|\) TABLE |json_table\(.* (?:DEFAULT|EMPTY ON) /i;

const queries = SQL_TOPICS.flatMap(({ cases }) => cases.filter(({ rows }) => rows !== undefined));

test('every query of the cases is one to another reader of Trino', () => {
  const refused = queries.filter(({ sql }) => {
    assert.equal(readStatement(sql, 'athena').kind, 'query');
    return !unknownToIt.test(sql) && !parse(sql, Dialect.Trino).success;
  });
  assert.deepEqual(
    refused.map(({ sql }) => sql),
    [],
  );
});
