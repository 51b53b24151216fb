// SPDX-License-Identifier: Apache-2.0
// Oracle: the answer that each case names, by the rules of the Trino documentation's pages named with its topic; some are the pages'
// own examples, most are statements of ours to which a rule was applied by hand. DuckDB executes the translations.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { QueryError } from '../query-error.js';
import { openTranslated } from './testing/run-translated.js';
import { SQL_TOPICS } from './testing/sql-cases.js';

const session = await openTranslated();
after(() => session.close());

for (const { title, cases } of SQL_TOPICS) {
  describe(title, () => {
    for (const { sql, rows, fails } of cases) {
      test(sql, async () => {
        if (!fails) {
          assert.deepEqual((await session.run(sql)).rows, rows);
          return;
        }
        const [code, message] = fails;
        await assert.rejects(session.run(sql), (error: unknown) => {
          assert.ok(error instanceof QueryError, String(error));
          assert.equal(error.code, code, error.message);
          assert.ok(error.message.includes(message), error.message);
          return true;
        });
      });
    }
  });
}
