// SPDX-License-Identifier: Apache-2.0
// Oracle: what psql does with `-f`: statements and backslash commands in turn, rows apart from notes; written out here. The target
// answers every statement with the statement.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { CommandError } from '../command-error.js';
import { runScript } from './sql-script.js';
import { SqlSession } from './sql-session.js';
import type { SqlTarget } from './sql-target.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-sql-script-'));
after(() => rmSync(dir, { recursive: true }));

function session(file: string, format: 'csv' | 'parquet' = 'csv') {
  const asked: string[] = [];
  const notes: string[] = [];
  const target: SqlTarget = {
    table: 'logs',
    hasCatalog: true,
    async run({ sql }, output) {
      asked.push(sql);
      if (sql.includes('wrong')) throw new CommandError("line 1:8: mismatched input 'wrong'");
      await output.onColumns([{ name: 'asked', type: 'varchar' }]);
      await output.onRows([[sql]]);
      return { rowsScanned: 7 } as Awaited<ReturnType<SqlTarget['run']>>;
    },
    close: () => Promise.resolve(),
  };
  const output = join(dir, file);
  const settings = { dialect: 'athena', format, timing: false, output } as const;
  const made = new SqlSession(target, { ...settings, onNote: (text) => notes.push(text) });
  return { made, asked, notes, text: () => readFileSync(output, 'utf8') };
}

test('statements and commands in turn, the last without a semicolon, in whatever pieces they come', async () => {
  for (const size of [1, 7, 1000]) {
    const { made, asked, notes, text } = session(`turn-${size}`);
    const script = '\\timing\nSELECT 1; SELECT\n2;\r\n-- é;\n\\d t;\n\\timing off\nSELECT 3';
    const bytes = Buffer.from(script);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    await runScript(made, Readable.from(pieces, { objectMode: false }));
    assert.deepEqual(asked, ['SELECT 1;', 'SELECT\n2;', 'SELECT * FROM t LIMIT 0', 'SELECT 3']);
    assert.equal(text(), 'asked\nSELECT 1;\nasked\n"SELECT\n2;"\nasked\nSELECT 3\n');
    assert.match(
      notes.join('\n'),
      /^Timing is on\.\n\d+ ms, 7 rows read\n\d+ ms, 7 rows read\nTiming is off\.$/,
    );
  }
});

test('\\q ends it', async () => {
  const { made, asked } = session('end');
  await runScript(made, 'SELECT 1;\nSELECT\n\\q\n2;');
  assert.deepEqual(asked, ['SELECT 1;']);
});

test('the first that fails ends it, and its place is shown', async () => {
  const { made, asked } = session('failing');
  await assert.rejects(runScript(made, 'SELECT 1;\nSELECT wrong;\nSELECT 2;'), {
    name: 'CommandError',
    message: "line 1:8: mismatched input 'wrong'\n  SELECT wrong;\n         ^",
  });
  assert.deepEqual(asked, ['SELECT 1;', 'SELECT wrong;']);
  await assert.rejects(runScript(made, '\\nothing'), /There is no command \\nothing/);
  await assert.rejects(runScript(made, '\\f xml'), /table, csv, json or jsonl/);
});

test('a script of nothing is refused: what should have made it has failed', async () => {
  for (const nothing of ['', ' \n\n'])
    await assert.rejects(runScript(session('none').made, nothing), /there is no statement/);
});

test('a file has the rows since \\o, and a Parquet file those of one statement', async () => {
  const { made, text } = session('first');
  await runScript(made, `SELECT 1;\n\\o ${join(dir, 'the second')}\nSELECT 2; SELECT 3;`);
  assert.equal(text(), 'asked\nSELECT 1;\n');
  assert.equal(readFileSync(join(dir, 'the second'), 'utf8'), 'asked\nSELECT 2;\nasked\nSELECT 3;\n');
  const { made: parquet } = session('rows.parquet', 'parquet');
  await assert.rejects(runScript(parquet, 'SELECT 1; SELECT 2'), /rows of one statement/);
});

test('\\g FILE ends a statement and takes its rows alone; in a quote or a comment it is none', async () => {
  const { made, asked, text } = session('usual');
  const other = join(dir, 'gone there');
  await runScript(
    made,
    `SELECT 0; SELECT\n1 \\g ${other}\nSELECT 2 \\g\nSELECT '\\g', 3 -- \\g x\n\\g\nSELECT '4 \\g x\n';`,
  );
  assert.deepEqual(asked, [
    'SELECT 0;',
    'SELECT\n1',
    'SELECT 2',
    "SELECT '\\g', 3 -- \\g x",
    "SELECT '4 \\g x\n';",
  ]);
  assert.equal(readFileSync(other, 'utf8'), 'asked\n"SELECT\n1"\n');
  assert.ok(text().startsWith('asked\nSELECT 0;\nasked\nSELECT 2\nasked\n'), text());
  await assert.rejects(runScript(made, '\\g'), /stands behind a statement/);
});

test('a line without an end does not fill the memory', async () => {
  let pieces = 0;
  const endless = new Readable({
    read() {
      pieces++;
      this.push('x'.repeat(65_536));
    },
  });
  await assert.rejects(runScript(session('endless').made, endless), /at most 262144 bytes/);
  assert.ok(pieces < 20);
});
