// SPDX-License-Identifier: Apache-2.0
// Oracle: the rows themselves, sorted by JavaScript; the engine says which rows a cluster's condition takes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { loadDuckdb } from '../../../duckdb/load-duckdb.js';
import { clustersOf, type NameCount, selectCluster } from './clusters.js';
import { text } from './segment-sql.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
before(async () => {
  instance = await loadDuckdb().DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});
after(() => {
  connection.closeSync();
  instance.closeSync();
});

async function rows(sql: string): Promise<readonly unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}

const name = fc.constantFrom('a', 'b', "it's", 'B', 'zürich', '', 'x'.repeat(300));
const row = fc.record({
  source: fc.option(name, { freq: 5 }),
  name: fc.option(name, { freq: 5 }),
  happened: fc.integer({ min: 0, max: 9 }),
});

type RowOfNames = { readonly source: string | null; readonly name: string | null; readonly happened: number };

function literal(value: string | null): string {
  return value === null ? 'NULL' : text(value);
}

async function clustered(given: readonly RowOfNames[], rowsMax: number) {
  const values = given.map(
    (each) => `(${literal(each.source)}::VARCHAR, ${literal(each.name)}::VARCHAR, ${each.happened})`,
  );
  await connection.run(
    `CREATE OR REPLACE TABLE r AS SELECT * FROM (VALUES ${values.join(', ')}) v(eventsource, eventname, happened)`,
  );
  const counts = await rows(
    'SELECT eventsource, eventname, count(*)::DOUBLE FROM r GROUP BY ALL ORDER BY ALL NULLS FIRST',
  );
  const clusters = clustersOf(counts as unknown as NameCount[], 'cloudtrail', rowsMax);
  const found = [];
  for (const cluster of clusters)
    found.push({ cluster, rows: await rows(selectCluster('r', cluster, [], 'cloudtrail')) });
  return found;
}

describe('clusters', () => {
  test('have every row once, in the order of sources and names, and few more rows than they may', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (given, rowsMax) => {
          const found = await clustered(given, rowsMax);
          const keys = found.flatMap((each) => each.rows.map(([source, of]) => [source, of]));
          assert.equal(keys.length, given.length);
          const [expected, named] = [
            given.map(({ source, name: of, happened }) => JSON.stringify([source, of, happened])).sort(),
            keys.filter(([source, of]) => source !== null && of !== null),
          ];
          assert.deepEqual(
            found.flatMap((each) => each.rows.map((one) => JSON.stringify(one))).sort(),
            expected,
          );
          const bytes = named.map(([source, of]) => Buffer.from(`${String(source)}\0${String(of)}`));
          assert.deepEqual(bytes, bytes.toSorted(Buffer.compare));
          for (const { cluster, rows: those } of found) {
            const isLong = those.some(
              ([source, of]) => String(source).length > 256 || String(of).length > 256,
            );
            if (cluster.isOneName)
              assert.equal(new Set(those.map(([s, n]) => `${String(s)} ${String(n)}`)).size, 1);
            else if (cluster.condition?.includes('NOT NULL') === true && !isLong)
              assert.ok(those.length <= rowsMax, `${those.length} of ${rowsMax}`);
          }
        },
      ),
      { numRuns: 60 },
    ));

  test('of few rows are one', async () => {
    assert.deepEqual(clustersOf([['a', 'b', 3]], 'cloudtrail', 10), [{ isOneName: true }]);
    assert.deepEqual(clustersOf([], 'activity', 10), [{ isOneName: true }]);
    assert.deepEqual(
      clustersOf(
        [
          ['a', 'b', 3],
          ['a', 'c', 3],
        ],
        'activity',
        10,
      ),
      [{ isOneName: false }],
    );
  });
});
