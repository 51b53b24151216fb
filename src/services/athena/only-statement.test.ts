// SPDX-License-Identifier: Apache-2.0
// Oracle: answers of Athena to StartQueryExecution and GetQueryExecution, as the measurements of the project athena-local
// (docs/dev/measurements/statements.md, errors.md) have them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { hasParameters, onlyStatement, wrongFirstWord } from './only-statement.js';

const one: readonly (readonly [text: string, statement: string])[] = [
  ['SELECT 1', 'SELECT 1'],
  ['  SELECT 1  ;  ', 'SELECT 1'],
  ['SELECT 1;;', 'SELECT 1'],
  [';SELECT 1', 'SELECT 1'],
  ['-- c\nSELECT\n  1 ;\n', '-- c\nSELECT\n  1'],
  ['SELECT \'a;b\' AS "c;d" -- e;f', 'SELECT \'a;b\' AS "c;d" -- e;f'],
  ['SELECT 1 /* a;b */', 'SELECT 1 /* a;b */'],
  [
    "CREATE EXTERNAL TABLE t (a string) TBLPROPERTIES ('k'='it\\';s');",
    "CREATE EXTERNAL TABLE t (a string) TBLPROPERTIES ('k'='it\\';s')",
  ],
  ["SELECT 'a\\';", "SELECT 'a\\'"],
  ['CREATE VIEW v AS SELECT 1;', 'CREATE VIEW v AS SELECT 1'],
];
for (const [text, statement] of one)
  test(JSON.stringify(text), () => assert.equal(onlyStatement(text), statement));

for (const text of ['SELECT 1; SELECT 2', 'SELECT 1;\n-- c', 'SELEC 1; /* c */', '  SELECT  1; -- c  '])
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => onlyStatement(text), {
      name: 'WireError',
      message: `Only one sql statement is allowed. Got: ${text.trimEnd()}`,
    });
  });

test('refused: nothing but a semicolon', () => {
  assert.throws(() => onlyStatement(' ; '), { message: 'Empty sql statement:  ;' });
});

test('a first word that no statement has', () => {
  assert.match(
    wrongFirstWord('SELEC 1') ?? '',
    /^line 1:1: mismatched input 'SELEC'\. Expecting: 'ALTER', 'ANALYZE', .*, 'USE', <query>$/,
  );
  assert.match(wrongFirstWord('/* a\nb */ FOO') ?? '', /^line 2:6: mismatched input 'FOO'/);
  for (const sql of ['SELECT', '(SELECT 1)', 'use x', 'MSCK', '-- c\nwith'])
    assert.equal(wrongFirstWord(sql), undefined);
});

test('question marks in texts, names and comments wait for no value', () => {
  assert.equal(hasParameters('SELECT \'?\' AS "?" -- ?\n/* ? */'), false);
  assert.equal(hasParameters("SELECT '?' = ?"), true);
});

test('what is begun over and over is read once', () => {
  const before = process.cpuUsage();
  for (const begun of ['/*', "'\\", '"\\', '`"\'', '\'"', "\\'"])
    for (const end of ['', '\\', "'", ' '])
      for (const first of ['SELECT 1', 'alter']) {
        const text = `${first} ${begun.repeat(Math.floor(260_000 / begun.length))}${end}`;
        assert.equal(onlyStatement(text), text.trim());
        assert.equal(typeof hasParameters(text), 'boolean');
      }
  assert.equal(hasParameters(`SELECT 1 ${'/*'.repeat(130_000)}?`), false);
  assert.ok(cpuMsSince(before) < linearCpuMsMax);
});

test('a text that is not closed goes to the end', () => {
  for (const text of ["SELECT 'a; SELECT 2", 'SELECT "a; SELECT 2', "alter t 'a\\'; b"])
    assert.equal(onlyStatement(text), text);
});
