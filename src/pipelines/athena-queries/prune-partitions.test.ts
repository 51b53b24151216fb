// SPDX-License-Identifier: Apache-2.0
/**
 * Oracle: the same query by the same engine over all partitions, and the requests that the buckets were asked; the partitions
 * that a query may need, by hand.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { PartitionDocument, TableDocument } from '../../athena/catalog/catalog-documents.js';
import { openQueryEngine } from '../../query/engine/open-query-engine.js';
import type { ObjectsCaller } from '../../query/jobs/caller-objects.js';
import type { QueryEngine } from '../../query/query-engine.js';
import type { TableSource } from '../../query/table-source.js';
import { seedOfRun } from '../../testing/random.js';
import { loadLimits } from './limits.js';
import { QueryCache } from './query-cache.js';
import { LoadedFiles, TableLoader } from './table-loader.js';
import { FakeObjects } from './testing/fake-objects.js';

const nowMs = Date.UTC(2026, 10, 21, 12);
const limits = { runMsMax: 60_000, rowsMax: 10_000, resultBytesMax: 1e7, memoryBytesMax: 512 * 1024 * 1024 };
const caller: ObjectsCaller = {
  principal: { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIAEXAMPLE' },
  sourceIp: '192.0.2.1',
  userAgent: 'test',
  region: 'eu-west-1',
  service: 'athena.amazonaws.com',
};

let folder: string;
let engine: QueryEngine;
let cache: QueryCache;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-pruning-'));
  cache = new QueryCache(join(folder, 'cache'), 1e8);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  engine = openQueryEngine({ clock: { now: () => nowMs }, log: log as never });
});
after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const of = (name: string) => `\${${name}}`;

function tableOf(
  keys: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
): TableDocument {
  return {
    database: 'default',
    name: 't',
    columns: [
      { name: 'id', type: 'string' },
      { name: 'n', type: 'int' },
    ],
    partitionKeys: Object.entries(keys).map(([name, type]) => ({ name, type })),
    storage: {
      location: 's3://bucket/logs/',
      serde: 'org.openx.data.jsonserde.JsonSerDe',
      serdeProperties: {},
      inputFormat: '',
      outputFormat: '',
    },
    properties,
    createdAtMs: 0,
  };
}

const days = Array.from({ length: 40 }, (_, at) => {
  const [year = '', month = '', day = ''] = new Date(Date.UTC(2026, 9, 13 + at))
    .toISOString()
    .slice(0, 10)
    .split('-');
  return `${year}/${month}/${day}`;
});
const regions = ['eu-west-1', 'eu-west-2', 'us-east-1'];
const shards = ['01', '02', '03', '10'];

const projected = tableOf(
  { region: 'string', shard: 'int', day: 'string' },
  {
    'projection.enabled': 'true',
    'projection.region.type': 'enum',
    'projection.region.values': regions.join(','),
    'projection.shard.type': 'integer',
    'projection.shard.range': '1,12',
    'projection.shard.digits': '2',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.day.range': '2025/01/01,NOW',
    'storage.location.template': `s3://bucket/logs/${of('region')}/s${of('shard')}/${of('day')}`,
  },
);

const rowOf = (id: number) => `${JSON.stringify({ id: `row ${id}`, n: id % 7 })}\n`;

function filled(): FakeObjects {
  const objects = new FakeObjects();
  let id = 0;
  for (const region of regions)
    for (const shard of shards)
      for (const day of days) {
        id += 1;
        if (id % 11 === 0) objects.bytes.set(`bucket/logs/${region}/s${shard}/${day}/a.json`, rowOf(id));
      }
  return objects;
}

/** Runs statements over a table. */
class Scene {
  readonly #loader: TableLoader;
  readonly #cache: QueryCache;

  constructor(
    readonly objects: FakeObjects,
    readonly table: TableDocument,
    readonly partitions: readonly PartitionDocument[] = [],
    readonly views: Readonly<Record<string, string>> = {},
  ) {
    this.#cache = cache;
    const small = { ...loadLimits, objectsPerFileMax: 8 };
    this.#loader = new TableLoader({ objects, cache: this.#cache, limits: small });
  }

  async run(sql: string, isPruned = true, parameters: readonly string[] = []) {
    this.objects.listed.length = 0;
    this.objects.reads = 0;
    const held = new LoadedFiles(this.#cache);
    const rows: (readonly (string | null)[])[] = [];
    const { signal } = new AbortController();
    let bytes = 0;
    try {
      await engine.run({
        sql,
        dialect: 'athena',
        parameters,
        limits,
        resolve: async (names) => {
          const sources: TableSource[] = [];
          for (const { table, where } of names) {
            const view = this.views[table];
            if (view !== undefined) {
              sources.push({ kind: 'view', sql: view });
              continue;
            }
            const loaded = await this.#loader.load({
              caller,
              table: this.table,
              partitions: () => this.partitions,
              where: isPruned ? where : undefined,
              nowMs,
              bytesMax: 1e9,
              held,
              signal,
            });
            bytes += loaded.bytes;
            sources.push(loaded.source);
          }
          return sources;
        },
        onColumns: () => {},
        onRows: (more) => {
          rows.push(...more);
        },
      }).done;
    } finally {
      held.release();
    }
    return { rows, bytes, listed: [...this.objects.listed], reads: this.objects.reads };
  }
}

describe('partitions that WHERE rules out are neither listed nor read', () => {
  let scene: Scene;
  before(() => {
    scene = new Scene(filled(), projected);
  });
  const month = "day >= '2026/11/01'";
  for (const [what, sql, listed] of [
    [
      'one of each',
      "SELECT count(*) FROM t WHERE region = 'eu-west-1' AND shard = 2 AND day = '2026/11/03'",
      ['logs/eu-west-1/s02/2026/11/03/'],
    ],
    [
      'IN, BETWEEN, in other orders, under other names',
      "SELECT count(*) FROM t AS x WHERE x.day BETWEEN '2026/11/09' AND '2026/11/10' AND 'eu-west-2' = x.region AND shard IN (1, 3)",
      ['01', '03'].flatMap((s) => ['09', '10'].map((d) => `logs/eu-west-2/s${s}/2026/11/${d}/`)),
    ],
    [
      'whole months at once',
      `SELECT count(*) FROM t WHERE region = 'eu-west-1' AND shard = 1 AND ${month}`,
      ['logs/eu-west-1/s01/2026/11/'],
    ],
    [
      'what a date is computed to',
      "SELECT count(*) FROM t WHERE region = 'eu-west-1' AND shard = 1 AND day >= date_format(current_timestamp - interval '1' day, '%Y/%m/%d')",
      // The 20th and the 21st: there is no day after now.
      ['logs/eu-west-1/s01/2026/11/2'],
    ],
    [
      'in a subquery, in WITH, below a view',
      "WITH w AS (SELECT * FROM v) SELECT count(*) FROM (SELECT day AS d, region, id FROM w WHERE shard = 10) WHERE d = '2026/11/03' AND region LIKE 'us-%'",
      ['logs/us-east-1/s10/2026/11/03/'],
    ],
    [
      'OR of two places; NOT',
      "SELECT count(*) FROM t WHERE shard = 1 AND NOT region <> 'eu-west-1' AND (day = '2026/11/03' OR day = '2026/10/30')",
      ['logs/eu-west-1/s01/2026/10/30/', 'logs/eu-west-1/s01/2026/11/03/'],
    ],
    [
      'a join: each side its own, here of the same table',
      "SELECT count(*) FROM t AS a JOIN t AS b ON a.id = b.id AND b.day = '2026/11/03' WHERE a.day = '2026/11/02' AND a.shard = 1 AND b.shard = 1 AND a.region = 'eu-west-1' AND b.region = a.region",
      undefined,
    ],
    ['nothing', "SELECT count(*) FROM t WHERE region = 'mars'", []],
  ] as const)
    test(what, async () => {
      const views = { v: "SELECT * FROM t WHERE day > '2026/10/20'" };
      const over = new Scene(scene.objects, projected, [], views);
      const pruned = await over.run(sql);
      const whole = await over.run(sql, false);
      assert.deepEqual(pruned.rows, whole.rows);
      if (listed !== undefined) assert.deepEqual([...pruned.listed].sort(), [...listed].sort());
      assert.ok(pruned.reads < whole.reads && pruned.bytes < whole.bytes);
      assert.deepEqual(whole.listed.slice(0, 1), ['logs/']);
    });

  test('conditions that do not say it read everything', async () => {
    for (const sql of [
      "SELECT count(*) FROM t WHERE region = 'eu-west-1' OR id = 'row 3'",
      "SELECT count(*) FROM t WHERE coalesce(region, 'x') = 'eu-west-1'",
      "SELECT region, day FROM (SELECT * FROM t ORDER BY id LIMIT 3) WHERE region = 'eu-west-1'",
      'SELECT count(*) FROM t WHERE region IN (SELECT region FROM t WHERE n = 3)',
      "SELECT id FROM (SELECT id, region, row_number() OVER (ORDER BY id) AS r FROM t) WHERE region = 'eu-west-1' AND r < 3",
    ]) {
      const pruned = await scene.run(sql);
      assert.deepEqual(pruned.rows, (await scene.run(sql, false)).rows, sql);
      assert.deepEqual(pruned.listed, ['logs/'], sql);
    }
  });

  test('values of parameters count', async () => {
    const sql = 'SELECT count(*) FROM t WHERE region = ? AND shard = ? AND day = ?';
    const { listed } = await scene.run(sql, true, ["'eu-west-1'", '3', "'2026/11/03'"]);
    assert.deepEqual(listed, ['logs/eu-west-1/s03/2026/11/03/']);
  });
});

test('partitions of the catalog: those of other values are not listed', async () => {
  const objects = new FakeObjects();
  const partitions: PartitionDocument[] = [];
  for (const [at, value] of ['2026-11-19', '2026-11-20', '2026-11-21', 'no day'].entries()) {
    objects.bytes.set(`other/${at}/a.json`, rowOf(at));
    partitions.push({ values: [value], location: `s3://other/${at}/`, createdAtMs: 0 });
  }
  const scene = new Scene(objects, tableOf({ day: 'date' }, {}), partitions);
  const { rows, listed } = await scene.run(
    "SELECT id FROM t WHERE day > DATE '2026-11-19' AND day <= current_date",
  );
  assert.deepEqual(rows.flat().sort(), ['row 1', 'row 2']);
  assert.deepEqual([...listed].sort(), ['1/', '2/', '3/']);
});

describe('times, decimals and texts with a length', () => {
  const keys = { at: 'timestamp', amount: 'decimal(6,2)', code: 'char(3)', tag: 'varchar(4)', day: 'date' };
  const times = [
    '2026-11-20 23:59:59.999',
    '2026-11-21',
    '2026-11-21 10:00:00',
    '2026-11-21T10:00:00',
    'never',
  ];
  const amounts = ['-1.5', '0', '1.50', '12.345', '99999.99', '7'];
  const objects = new FakeObjects();
  const partitions: PartitionDocument[] = [];
  for (const [row, at] of times.entries())
    for (const [column, amount] of amounts.entries()) {
      const n = row * amounts.length + column;
      objects.bytes.set(`other/${n}/a.json`, rowOf(n));
      const day = n % 4 === 0 ? '2026-11-21' : '2026-11-20';
      const values = [at, amount, ['abc', 'b'][n % 2] as string, ['x', 'xyzt', ''][n % 3] as string, day];
      partitions.push({ values, location: `s3://other/${n}/`, createdAtMs: 0 });
    }
  const scene = () => new Scene(objects, tableOf(keys, {}), partitions);

  for (const [where, leaves] of [
    // Two of the times, and two of the amounts (one to be rounded, one too large), are the engine's to read.
    ["at = TIMESTAMP '2026-11-21 00:00:00'", 18],
    ["at < TIMESTAMP '2026-11-21 00:00:00.000'", 18],
    ["at >= now() - INTERVAL '1' DAY", 30],
    ["at > TIMESTAMP '2026-11-21 10:00:00'", 12],
    ["date(at) = DATE '2026-11-20'", 18],
    ['amount = 1.5', 15],
    ['amount < 0', 15],
    ['amount BETWEEN 1 AND 7.0', 20],
    ['amount IN (0, 7)', 20],
    ["code = 'abc'", 15],
    ["tag = 'xyzt'", 10],
    ["day = TIMESTAMP '2026-11-21 00:00:00'", 8],
    ["day > TIMESTAMP '2026-11-20 12:00:00'", 8],
  ] as const)
    test(where, async () => {
      const sql = `SELECT id FROM t WHERE ${where} ORDER BY 1`;
      const pruned = await scene().run(sql);
      const whole = await scene().run(sql, false);
      assert.deepEqual(pruned.rows, whole.rows);
      assert.deepEqual([pruned.listed.length, whole.listed.length], [leaves, 30]);
    });
});

describe('a column whose values only the query knows', () => {
  const injected = tableOf(
    { device: 'string' },
    {
      'projection.enabled': 'true',
      'projection.device.type': 'injected',
      'storage.location.template': `s3://bucket/devices/${of('device')}/`,
    },
  );
  test('is read at the places that the query names', async () => {
    const objects = new FakeObjects();
    for (const [at, name] of ['a', 'ab', 'b'].entries())
      objects.bytes.set(`bucket/devices/${name}/x.json`, rowOf(at));
    const scene = new Scene(objects, injected);
    const { rows, listed } = await scene.run("SELECT id, device FROM t WHERE device IN ('a', 'zz')");
    assert.deepEqual(rows, [['row 0', 'a']]);
    assert.deepEqual([...listed].sort(), ['devices/a/', 'devices/zz/']);
  });
  // Athena User Guide, "Dynamic ID partitioning".
  for (const where of ['', " WHERE device > 'a'", " WHERE device = 'a' OR n = 1", " WHERE device <> 'a'"])
    test(`without equality, Athena's error:${where}`, async () => {
      const scene = new Scene(new FakeObjects(), injected);
      await assert.rejects(
        scene.run(`SELECT * FROM t${where}`),
        /CONSTRAINT_VIOLATION: For the injected projected partition column device, the WHERE clause must contain only static equality conditions, and at least one such condition must be present\.$/,
      );
    });
});

describe('whatever the condition, the answer is that over all partitions', () => {
  const texts = fc.constantFrom(...regions, 'eu', 'zz', '');
  const dates = fc.constantFrom(...days, '2026/10', '2026/11', '2027/01/01');
  const quoted = (text: string) => `'${text}'`;
  const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
  const atom = fc.oneof(
    fc.tuple(operator, texts).map(([how, text]) => `region ${how} ${quoted(text)}`),
    fc.tuple(operator, dates).map(([how, text]) => `${quoted(text)} ${how} day`),
    fc.tuple(operator, fc.integer({ min: -1, max: 13 })).map(([how, n]) => `shard ${how} ${n}`),
    fc
      .tuple(dates, dates, fc.boolean())
      .map(([a, b, not]) => `day ${not ? 'NOT ' : ''}BETWEEN '${a}' AND '${b}'`),
    fc
      .tuple(fc.array(texts, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([list, not]) => `region ${not ? 'NOT ' : ''}IN (${list.map(quoted).join(', ')})`),
    fc.constantFrom(
      "region LIKE 'eu-%'",
      "day LIKE '2026/1_/%1'",
      "region NOT LIKE '%-1'",
      'n = 3',
      'n IS NULL',
    ),
    fc.constantFrom(
      "region || '/' || day > 'eu-west-2/2026/11'",
      'CAST(substr(day, 9) AS integer) = 5',
      'region IS NULL',
    ),
    fc.constantFrom("concat(region, day) < 'eu-west-12026/11'", 'CAST(region AS date) = current_date'),
  );
  const condition = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} AND ${b})`),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} OR ${b})`),
      tie('any').map((a) => `NOT (${a})`),
    ),
  })).any;
  const shape = fc.constantFrom(
    (c: string) => `SELECT id, region, shard, day FROM t WHERE ${c} ORDER BY 1`,
    (c: string) => `SELECT * FROM (SELECT id, n, day, region, shard FROM t) AS q WHERE ${c} ORDER BY 1`,
    (c: string) =>
      `WITH w AS (SELECT * FROM t) SELECT a.id FROM w AS a LEFT JOIN (SELECT * FROM w WHERE ${c}) AS b ON a.id = b.id WHERE b.day IS NULL ORDER BY 1`,
    (c: string) =>
      `SELECT region, count(*) FROM (SELECT region, day, shard, n FROM t UNION ALL SELECT region, day, shard, n FROM t WHERE n > 3) AS u WHERE ${c} GROUP BY region ORDER BY 1`,
    (c: string) =>
      `SELECT * FROM (SELECT region, day, shard, n, count(*) AS c FROM t GROUP BY region, day, 3, 4) AS g WHERE ${c} ORDER BY 1, 2, 3, 4`,
    (c: string) =>
      `SELECT x.id, t.id FROM (SELECT id AS i, id FROM t WHERE n = 1) AS x FULL JOIN t ON x.i = t.id WHERE ${c} ORDER BY 1, 2`,
    (c: string) =>
      `SELECT x.i, t.id FROM (SELECT id AS i FROM t WHERE n = 1) AS x LEFT JOIN t ON x.i = t.id AND ${c} ORDER BY 1, 2`,
  );
  test('over projected partitions, whose integers and dates are compared as such', async () => {
    const scene = new Scene(filled(), projected);
    const seed = seedOfRun();
    let pruned = 0;
    await fc.assert(
      fc.asyncProperty(condition, shape, async (where, form) => {
        const sql = form(where);
        // A cast of what is no date fails the one and not the other, which does not read it.
        const answer = async (isPruned: boolean) =>
          scene.run(sql, isPruned).catch((error: unknown) => String(error));
        const whole = await answer(false);
        const found = await answer(true);
        if (typeof whole === 'string') {
          assert.match(whole, /cast/i);
          return;
        }
        assert.ok(typeof found !== 'string', `${sql}: ${String(found)}`);
        assert.deepEqual(found.rows, whole.rows, sql);
        if (found.bytes < whole.bytes) pruned += 1;
      }),
      { seed, numRuns: 25 },
    );
    assert.ok(pruned > 0, `seed ${seed}: none of the conditions left anything out`);
  });
});
