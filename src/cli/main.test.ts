// SPDX-License-Identifier: Apache-2.0
// Oracle: the commands that the help names. Each is loaded by itself when it is called, and all of them for a mistake.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../server-tests/cairn-process.js';

test('every command of the help is there when it is called', async () => {
  const { stdout, code } = await run(['--help']);
  assert.equal(code, 0);
  const names = Array.from(stdout.matchAll(/^ {2}([a-z]+)(?= .* {2}| {2})/gm), ([, name]) => name!);
  for (const name of ['serve', 'env', 'import', 'lookup', 'tail', 'validate'])
    assert.ok(names.includes(name), name);
  for (const name of names.filter((each) => each !== 'help')) {
    const own = await run([name, '--help']);
    assert.deepEqual([own.code, own.stderr], [0, ''], name);
    assert.match(own.stdout, new RegExp(`^Usage: cairn ${name} `), name);
  }
});

test('a mistake is told, with what may have been meant', async () => {
  const { code, stderr } = await run(['valdate']);
  assert.equal(code, 2);
  assert.match(stderr, /unknown command 'valdate'\n\(Did you mean validate\?\)/);
  assert.equal((await run(['constructor'])).code, 2);
});
