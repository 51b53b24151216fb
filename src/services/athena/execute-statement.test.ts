// SPDX-License-Identifier: Apache-2.0
// Oracle: Athena User Guide, "Use prepared statements".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { readPreparedUse } from './execute-statement.js';

test('DEALLOCATE PREPARE with and without a semicolon, behind a comment', () => {
  for (const end of ['', ';', ' ; ', '\n'])
    assert.deepEqual(readPreparedUse(`-- c\nDEALLOCATE PREPARE mine${end}`), {
      kind: 'deallocate',
      name: 'mine',
    });
  assert.equal(readPreparedUse('DEALLOCATE PREPARE mine;;'), undefined);
});

test('a statement of blanks takes no time, whatever it begins with', () => {
  const before = process.cpuUsage();
  for (const first of [
    '',
    'EXECUTE',
    'EXECUTE x',
    'PREPARE x',
    'DEALLOCATE PREPARE x',
    'DEALLOCATE PREPARE x ;',
  ])
    assert.equal(readPreparedUse(`${first}${' '.repeat(260_000)}!`), undefined, first);
  assert.ok(cpuMsSince(before) < linearCpuMsMax);
});
