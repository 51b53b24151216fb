// SPDX-License-Identifier: Apache-2.0
// Oracle: the cases themselves, which dialect.test.ts runs. `CAIRN_WRITE_DOCS=1` writes the page anew.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { sqlDocument } from './testing/sql-document.js';

/** The project's folder: tests run from what was compiled, wherever that is. */
function projectFolder(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : projectFolder(dirname(from));
}

const page = join(projectFolder(import.meta.dirname), 'docs/sql.md');

test('docs/sql.md says what the cases say', () => {
  if (process.env.CAIRN_WRITE_DOCS === '1') writeFileSync(page, sqlDocument());
  assert.equal(
    readFileSync(page, 'utf8'),
    sqlDocument(),
    `docs/sql.md is stale: run this test with CAIRN_WRITE_DOCS=1`,
  );
});
