// SPDX-License-Identifier: Apache-2.0
// Oracle: what Trino's documentation and its own tests say that an expression gives (testing/vectors, with the page or the test
// that each comes from; `After …`: statements of ours by the rules of one). DuckDB executes the translations; cells are printed as Athena prints them.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { QueryError } from '../query-error.js';
import { openTranslated } from './testing/run-translated.js';
import { ALL_VECTORS } from './testing/vectors/all-vectors.js';
import { KNOWN_DIFFERENCES } from './testing/vectors/known-differences.js';
import type { Vector } from './testing/vectors/vector.js';

const session = await openTranslated();
after(() => session.close());

async function check({ sql, gives }: Vector): Promise<void> {
  if (gives === null || typeof gives === 'string') {
    assert.deepEqual((await session.run(sql)).rows, [[gives]]);
    return;
  }
  await assert.rejects(session.run(sql), (error: unknown) => {
    assert.ok(error instanceof QueryError, String(error));
    assert.notEqual(error.code, 'INTERNAL');
    assert.ok(error.message.includes(gives.error), error.message);
    return true;
  });
}

for (const { source, vectors } of ALL_VECTORS) {
  describe(source, () => {
    for (const vector of vectors) test(vector.sql, () => check(vector));
  });
}

describe('what differs knowingly is as docs/sql.md says', () => {
  for (const difference of KNOWN_DIFFERENCES) test(difference.reason, () => check(difference));
});

test('there are as many as there should be', () => {
  assert.ok(ALL_VECTORS.flatMap(({ vectors }) => vectors).length > 1500);
});
