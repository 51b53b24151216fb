// SPDX-License-Identifier: Apache-2.0
// Oracle: the rules of quotes and comments ("Lexical structure" of SQL: a doubled quote is one; Hive's texts know backslashes),
// written out; and for any statements whatever the list that was joined.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { CommandError } from '../command-error.js';
import { StatementSplitter } from './statement-splitter.js';

function split(text: string): { statements: string[]; rest: string | undefined } {
  const splitter = new StatementSplitter();
  const statements = text.split('\n').flatMap((line) => splitter.take(line));
  return { statements, rest: splitter.rest() };
}

describe('statements end with a semicolon', () => {
  const cases: readonly (readonly [text: string, statements: string[], rest?: string])[] = [
    ['SELECT 1', [], 'SELECT 1'],
    ['SELECT 1;', ['SELECT 1;']],
    ['SELECT 1; \n', ['SELECT 1;']],
    ['SELECT 1; SELECT 2;', ['SELECT 1;', 'SELECT 2;']],
    ['SELECT\n1; SELECT\n2', ['SELECT\n1;'], 'SELECT\n2'],
    [';; \n;', []],
    ["SELECT ';", [], "SELECT ';"],
    ["SELECT ';';", ["SELECT ';';"]],
    ["SELECT 'it''s;'", [], "SELECT 'it''s;'"],
    ["SELECT '\n;\n';", ["SELECT '\n;\n';"]],
    ["SELECT '\\'; SELECT 2;", ["SELECT '\\';", 'SELECT 2;']],
    ["ALTER TABLE t SET LOCATION 'it\\'s;';", ["ALTER TABLE t SET LOCATION 'it\\'s;';"]],
    ['-- a;\nCREATE EXTERNAL TABLE t ("\\";");', ['CREATE EXTERNAL TABLE t ("\\";");']],
    ["CREATE VIEW v AS SELECT '\\'; SELECT 2;", ["CREATE VIEW v AS SELECT '\\';", 'SELECT 2;']],
    ['DROP TABLE `a;b`;', ['DROP TABLE `a;b`;']],
    ['SELECT 1 -- ;', [], 'SELECT 1 -- ;'],
    ['SELECT 1; -- that is it', ['SELECT 1;']],
    ['SELECT "a;"', [], 'SELECT "a;"'],
    ['SELECT 1 /* ; */', [], 'SELECT 1 /* ; */'],
    ['SELECT 1 /* ;', [], 'SELECT 1 /* ;'],
    ['SELECT 1 /*/ ; */;', ['SELECT 1 /*/ ; */;']],
    ['/* a */ -- b;\n', []],
  ];
  for (const [text, statements, rest] of cases)
    test(JSON.stringify(text), () => assert.deepEqual(split(text), { statements, rest }));
});

test('statements that were joined come apart again, however the lines fall', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', '1', '(', ' ', '\n', "';'", "'it''s'", '";"', '-- ;\n', '/* ; \n*/', "'\\'"),
    fc.stringMatching(/^[a-z ]{0,5}$/),
  );
  const statement = fc.array(piece, { maxLength: 8 }).map((pieces) => `SELECT ${pieces.join('')}x;`);
  const seed = seedOfRun();
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
      assert.deepEqual(split(statements.join(' \n\n')).statements, statements);
      assert.deepEqual(split(statements.join('')).statements, statements);
    }),
    { seed, numRuns: 300 },
  );
});

test('where it stands is known', () => {
  const splitter = new StatementSplitter();
  const stands = (line: string) => {
    splitter.clear();
    splitter.take(line);
    return { isEmpty: splitter.isEmpty, isInside: splitter.isInside };
  };
  assert.deepEqual(stands(''), { isEmpty: true, isInside: false });
  assert.deepEqual(stands('-- it is'), { isEmpty: true, isInside: false });
  assert.deepEqual(stands('SELECT 1'), { isEmpty: false, isInside: false });
  assert.deepEqual(stands("SELECT 'a;'"), { isEmpty: false, isInside: false });
  for (const line of ["SELECT 'a", 'SELECT "a', 'SELECT `a', 'SELECT 1 /* a', '/*'])
    assert.deepEqual(stands(line), { isEmpty: false, isInside: true }, line);
});

test('what is too long to be a statement is refused before it fills the memory', () => {
  const splitter = new StatementSplitter();
  const line = `SELECT ${'x'.repeat(999)}`;
  assert.throws(() => {
    for (let lines = 0; lines < 300; lines++) splitter.take(line);
  }, CommandError);
});
