// SPDX-License-Identifier: Apache-2.0
// Oracle: expressions that are known to backtrack exponentially; without a guard each of these lines takes longer than this
// machine will be there. What they must come to is told by reading the expression.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BadDataError } from '../../../athena/files/row-reader.js';
import { matchOptions } from './converter.js';
import { slowMatch } from './match-limits.js';
import { watchedReader } from './watched-reader.js';

const child = join(import.meta.dirname, 'testing/match-child.js');

function matched(
  source: string,
  line: string,
  lineMsMax: number,
): Promise<{ stdout: string; signal: unknown }> {
  const args = [...matchOptions, child, source, line, String(lineMsMax)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout) => resolve({ stdout, signal: error?.signal }));
  });
}

describe('a line that backtracks for ever', () => {
  const line = `${'a'.repeat(200)}!`;
  for (const source of ['^(?:(a+)+)$', '^(?:(a|a)*b)$', '^(?:([a-z]+ ?)*)$'])
    test(`is matched in linear time: ${source}`, async () => {
      const { stdout } = await matched(source, line, 600_000);
      assert.deepEqual(JSON.parse(stdout), { matches: false });
    });

  for (const source of ['^(?!#)(?:(a+)+)$', '^(a)(?:(a+)+)\\1$'])
    test(`ends the process, with an answer, where that cannot be: ${source}`, async () => {
      const { stdout, signal } = await matched(source, line, 200);
      assert.equal(signal, 'SIGKILL');
      assert.deepEqual(JSON.parse(stdout), { ok: false, kind: 'data', message: slowMatch });
    });
});

test('slow lines have a time to spend together', () => {
  const busy = (): string => {
    const untilMs = performance.now() + 3;
    while (performance.now() < untilMs);
    return 'row';
  };
  const patient = watchedReader(busy, { lineMsMax: 600_000, slowLineMs: 600_000, slowMsMax: 1 });
  for (let at = 0; at < 5; at++) assert.equal(patient('x'), 'row', 'no line was slow');
  const read = watchedReader(busy, { lineMsMax: 600_000, slowLineMs: 2, slowMsMax: 20 });
  assert.throws(() => {
    for (let at = 0; at < 10; at++) read('x');
  }, BadDataError);
});
