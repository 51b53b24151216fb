// SPDX-License-Identifier: Apache-2.0
// Oracle: the examples of Trino's documentation (the page named with each topic) with the results that it prints; where a
// page gives rules only, the result that the rule gives. DuckDB computes the translations.
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
