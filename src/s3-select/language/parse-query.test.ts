// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "SELECT command" (FROM, attribute access, case sensitivity) and S3 API Reference, "Error responses",
// List of SELECT Object Content Error Codes: which code a statement is refused with.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { SelectError } from '../select-error.js';
import { parseQuery } from './parse-query.js';

describe('FROM', () => {
  const aliases: readonly (readonly [from: string, alias: string])[] = [
    ['S3Object', 'S3Object'],
    ['s3object s', 's'],
    ['S3OBJECT AS s', 's'],
    ['S3Object[*]', '_1'],
    ['S3Object[*].Rules[*].id', 'id'],
    ['S3Object[*].Rules[*]', '_1'],
    ["S3Object[*]['a b'] x", 'x'],
    ['S3Object[*].a.*', '_1'],
  ];
  for (const [from, alias] of aliases)
    test(`${from} names its rows ${alias}`, () =>
      assert.equal(parseQuery(`SELECT * FROM ${from}`).alias.text, alias));
});

describe('statements that are refused', () => {
  const cases: readonly (readonly [statement: string, code: string])[] = [
    ['', 'ParseUnsupportedSelect'],
    ['DELETE FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT FROM S3Object', 'ParseEmptySelect'],
    ['SELECT *', 'ParseSelectMissingFrom'],
    ['SELECT *, a FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT a, * FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT DISTINCT a FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT a AS FROM S3Object', 'ParseExpectedIdentForAlias'],
    ['SELECT a FROM other', 'InvalidDataSource'],
    ['SELECT a FROM (SELECT 1)', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object.path', 'InvalidKeyPath'],
    ['SELECT a FROM S3Object s, S3Object t', 'MultipleDataSourcesUnsupported'],
    ['SELECT a FROM S3Object s JOIN S3Object t', 'ParseMalformedJoin'],
    ['SELECT a FROM S3Object GROUP BY a', 'ParseExpectedIdentForGroupName'],
    ['SELECT a FROM S3Object ORDER BY a', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object LIMIT -1', 'EvaluatorNegativeLimit'],
    ['SELECT a FROM S3Object LIMIT x', 'ParseExpectedNumber'],
    ['SELECT a FROM S3Object; SELECT b FROM S3Object', 'ParseUnExpectedKeyword'],
    ['SELECT a, COUNT(*) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object WHERE COUNT(*) > 1', 'UnsupportedSqlStructure'],
    ['SELECT t.* FROM S3Object s', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object WHERE a NOT 5', 'ParseUnExpectedKeyword'],
    ['SELECT a[*] FROM S3Object', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.a.*.b FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.a[0].* FROM S3Object s', 'ParseCannotMixSqbAndWildcardInSelectList'],
    ['SELECT a, s.* FROM S3Object s', 'ParseAsteriskIsNotAloneInSelectList'],
  ];
  for (const [statement, code] of cases)
    test(`${statement} is ${code}`, () =>
      assert.throws(
        () => parseQuery(statement),
        (error) => error instanceof SelectError && error.code === code,
      ));
});

test('whatever comes is a query or a SelectError', () => {
  const piece = fc.constantFrom(
    'SELECT',
    '*',
    ' FROM ',
    'S3Object',
    '[*]',
    '.',
    'a',
    ' WHERE ',
    '(',
    ')',
    "'",
    '"',
    '`',
    '1',
    'NOT ',
    ' AND ',
    ' BETWEEN ',
    ' LIKE ',
    'CASE ',
    'WHEN ',
    'END',
    'CAST(',
    ' AS ',
    'INT',
    ',',
    '-',
    '/*',
    '--',
    ' LIMIT ',
    '\u0000',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        parseQuery(`SELECT * FROM S3Object WHERE ${pieces.join('')}`);
      } catch (error) {
        assert.ok(error instanceof SelectError, String(error));
      }
    }),
    { numRuns: 3000, seed: fcSeed() },
  );
});

/** Printed, so that a failure can be run again. */
function fcSeed(): number {
  const seed = seedOfRun();
  console.log(`seed ${seed}`);
  return seed;
}
