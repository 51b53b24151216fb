// SPDX-License-Identifier: Apache-2.0
// Oracle: the rule of README.md ("Rows that are read late"), worked out by hand for a table of known columns.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LateView } from '../../views/table-view.js';
import { lateQuery } from './late-rows.js';
import { Session } from './session.js';

const view: LateView = {
  kind: 'cloudtrail',
  head: ['$row place'],
  costly: new Map([
    ['eventid', 40],
    ['eventjson', 500],
  ]),
  over: (relation) => `SELECT * FROM ${relation}`,
};

let session: Session;
before(async () => {
  session = await Session.open([]);
});
after(() => session.close());

/** How many rows of a history of so many are worth it for a statement, and whether those are all that it can show. */
async function worthIt(sql: string, tableRows: number): Promise<readonly [number, boolean] | undefined> {
  const query = lateQuery(await session.serialized(sql), new Map([['t1', view]]), tableRows);
  return query && [query.rowsMax, query.isAll];
}

describe('rows that are worth reading late', () => {
  test('are as many as cost less than the columns', async () => {
    const sql = 'SELECT eventid FROM t1';
    assert.equal(await worthIt(sql, 4_900_000), undefined);
    assert.deepEqual(await worthIt(sql, 5_000_000), [500, false]);
    assert.deepEqual(await worthIt(sql, 10_000_000), [1_000, false]);
    assert.deepEqual(await worthIt('SELECT eventjson FROM t1', 1_000_000), [1_250, false]);
    assert.deepEqual(await worthIt('SELECT eventid, eventname FROM t1', 8_000_000), [900, false]);
  });

  test('are never more than a history is asked for', async () => {
    assert.deepEqual(await worthIt('SELECT eventjson FROM t1', 1e9), [2_500, false]);
    assert.deepEqual(await worthIt('SELECT eventid FROM t1', Number.POSITIVE_INFINITY), [2_500, false]);
  });

  test('are none where few columns are shown that are read with those of WHERE', async () => {
    const sql = 'SELECT eventname, eventtime FROM t1 WHERE eventid IS NULL';
    assert.equal(await worthIt(sql, Number.POSITIVE_INFINITY), undefined);
  });

  test('are all of a statement by its LIMIT, with the rows that OFFSET leaves out', async () => {
    const end = (limit: string) => worthIt(`SELECT eventid FROM t1 ORDER BY eventname ${limit}`, 10_000_000);
    assert.deepEqual(await end('LIMIT 1000'), [1_000, true]);
    assert.deepEqual(await end('LIMIT 1001'), [1_000, false]);
    assert.deepEqual(await end('LIMIT 900 OFFSET 101'), [1_000, false]);
  });
});
