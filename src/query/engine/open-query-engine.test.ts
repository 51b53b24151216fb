// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations in query-engine.ts; the operating system's own account of processes (/proc).
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import type { QueryEngine, QueryLimits, QueryRequest, QueryRun, Row } from '../query-engine.js';
import { QueryError, QueryTimeError } from '../query-error.js';
import type { TableColumn, TableSource } from '../table-source.js';
import { openQueryEngine, type QueryEngineOptions } from './open-query-engine.js';

const MiB = 1024 * 1024;
const entry = new URL('./testing/stand-in-main.js', import.meta.url);
const limits: QueryLimits = {
  runMsMax: 120_000,
  rowsMax: 1_000_000,
  resultBytesMax: 100 * MiB,
  memoryBytesMax: 256 * MiB,
};
const engines: QueryEngine[] = [];

function open(options: Partial<QueryEngineOptions> = {}): QueryEngine {
  const engine = openQueryEngine({ clock: systemClock, log: silentLog, entry, ...options });
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

interface Answer {
  readonly columns: TableColumn[];
  readonly rows: Row[];
}

function ask(
  engine: QueryEngine,
  sql: string,
  request: Partial<QueryRequest> = {},
): QueryRun & { readonly answer: Answer } {
  const answer: Answer = { columns: [], rows: [] };
  const run = engine.run({
    sql,
    dialect: 'athena',
    limits,
    resolve: () => Promise.reject(new QueryError('TABLE_NOT_FOUND', 'no table')),
    onColumns: (columns) => {
      answer.columns.push(...columns);
    },
    onRows: (rows) => {
      answer.rows.push(...rows);
    },
    ...request,
  });
  return { done: run.done, cancel: run.cancel, answer };
}

async function rowsOf(engine: QueryEngine, sql: string, request: Partial<QueryRequest> = {}): Promise<Row[]> {
  const { done, answer } = ask(engine, sql, request);
  await done;
  return answer.rows;
}

async function isRefused(promise: Promise<unknown>, code: string, words = /./): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof QueryError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

async function tableFiles(): Promise<{ readonly path: string; close(): void }> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-engine-'));
  const path = join(dir, 'a.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT i AS n, 'row ' || i AS text, md5(i::VARCHAR) AS noise FROM range(50000) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return { path, close: () => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }) };
}

describe('a query', () => {
  test('gives columns, rows, statistics', async () => {
    const { done, answer } = ask(
      open(),
      "/* a integer; b varchar */ SELECT 1, 'x' UNION ALL SELECT 2, NULL ORDER BY 1",
    );
    const statistics = await done;
    assert.deepEqual(answer, {
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'varchar' },
      ],
      rows: [
        ['1', 'x'],
        ['2', null],
      ],
    });
    assert.deepEqual([statistics.rowsReturned, statistics.rowsScanned, statistics.bytesScanned], [2, 0, 0]);
  });

  test('reads the files of its tables, and counts what it read of them', async () => {
    const files = await tableFiles();
    try {
      const engine = open();
      const resolve: QueryRequest['resolve'] = async () => [
        { kind: 'files', files: [{ path: files.path }], columns: [] },
      ];
      const all = ask(engine, '/* a bigint; b varchar */ SELECT count(n), max(noise) FROM table_a', {
        resolve,
      });
      const few = ask(engine, '/* a bigint */ SELECT sum(n) FROM table_a', { resolve });
      const [allStatistics, fewStatistics] = [await all.done, await few.done];
      assert.equal(all.answer.rows[0]?.[0], '50000');
      assert.equal(few.answer.rows[0]?.[0], '1249975000');
      assert.deepEqual([allStatistics.rowsScanned, fewStatistics.rowsScanned], [50_000, 50_000]);
      assert.ok(fewStatistics.bytesScanned > 0);
      assert.ok(fewStatistics.bytesScanned <= allStatistics.bytesScanned);
      assert.ok(allStatistics.bytesScanned <= statSync(files.path).size);
    } finally {
      files.close();
    }
  });

  test('a file that is none, or is gone: said without its path, and the next query runs', async () => {
    const engine = open();
    const files = [
      ['/nowhere/a.parquet', 'INTERNAL'],
      [fileURLToPath(import.meta.url), 'INVALID_VALUE'],
    ] as const;
    for (const [path, code] of files) {
      const resolve: QueryRequest['resolve'] = async () => [
        { kind: 'files', files: [{ path }], columns: [] },
      ];
      await assert.rejects(ask(engine, 'SELECT count(*) FROM table_a', { resolve }).done, (error: Error) => {
        assert.equal((error as QueryError).code, code);
        assert.doesNotMatch(error.message, /nowhere|\.js/);
        return true;
      });
    }
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('TRY keeps what fails in it, also what is said in it twice', async () => {
    const { done, answer } = ask(
      open(),
      "/* a integer */ SELECT TRY(CAST(t AS INTEGER) + CAST(t AS INTEGER)) AS a FROM (VALUES ('1'), ('x')) v(t) ORDER BY a",
    );
    await done;
    assert.deepEqual(answer.rows, [['2'], [null]]);
  });

  test('small tables and views of views', async () => {
    const sources: Record<string, TableSource> = {
      table_v: { kind: 'view', sql: '/* m bigint */ SELECT max(n) FROM table_w' },
      table_w: { kind: 'view', sql: '/* n bigint; s varchar */ SELECT n, s FROM table_rows WHERE n < 3' },
      table_rows: {
        kind: 'rows',
        columns: [
          { name: 'n', type: 'bigint' },
          { name: 's', type: 'varchar' },
        ],
        rows: [
          ['1', "it's"],
          ['2', null],
          ['9', 'x'],
        ],
      },
      table_none: { kind: 'rows', columns: [{ name: 'n', type: 'bigint' }], rows: [] },
      table_loop: { kind: 'view', sql: 'SELECT 1 FROM table_loop' },
    };
    const resolve: QueryRequest['resolve'] = async (names) => names.map(({ table }) => sources[table]!);
    const engine = open();
    assert.deepEqual(await rowsOf(engine, 'SELECT m FROM table_v', { resolve }), [['2']]);
    assert.deepEqual(await rowsOf(engine, 'SELECT s FROM table_rows ORDER BY n', { resolve }), [
      ["it's"],
      [null],
      ['x'],
    ]);
    assert.deepEqual(await rowsOf(engine, 'SELECT n FROM table_none', { resolve }), []);
    await isRefused(ask(engine, 'SELECT 1 FROM table_loop', { resolve }).done, 'EXCEEDED_LIMIT', /nested/);
  });

  test("errors of the caller's side are handed back as they are, and cost no process", async () => {
    const engine = open();
    const fault = new Error('the disk is full');
    const onRows = () => Promise.reject(fault);
    await assert.rejects(ask(engine, 'SELECT unnest(range(5000))', { onRows }).done, fault);
    await isRefused(ask(engine, 'SELECT 1 FROM table_x').done, 'TABLE_NOT_FOUND');
    await isRefused(ask(engine, 'unreadable').done, 'SYNTAX_ERROR', /line 1:1/);
    await isRefused(ask(engine, 'SELECT nothing').done, 'SYNTAX_ERROR');
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
    assert.equal(childrenOf(process.pid).length, 1);
  });

  test('statements about tables are carried out by whoever asked, or refused', async () => {
    const engine = open();
    await isRefused(ask(engine, 'DROP TABLE x').done, 'NOT_SUPPORTED');
    const kinds: string[] = [];
    const define: QueryRequest['define'] = async ({ kind }) => {
      kinds.push(kind);
      return { columns: [{ name: 'line', type: 'varchar' }], rows: [['done']] };
    };
    assert.deepEqual(await rowsOf(engine, 'DROP TABLE x', { define }), [['done']]);
    assert.deepEqual(kinds, ['dropTable']);
  });

  test('is read without being run', async () => {
    const engine = open();
    const checked = await engine.check('SELECT 1 FROM table_a JOIN table_b', 'athena');
    assert.deepEqual(checked, {
      kind: 'query',
      tables: [{ table: 'table_a' }, { table: 'table_b' }],
      parameterCount: 0,
    });
    await isRefused(engine.check('unreadable', 'athena'), 'SYNTAX_ERROR');
  });
});

describe('limits', () => {
  test('of time: a query, and a parser, that do not end', async () => {
    const engine = open();
    const short = { ...limits, runMsMax: 1_500 };
    for (const sql of ['SELECT count(*) FROM range(1000000000000) a(i), range(1000000) b', 'endless'])
      await assert.rejects(ask(engine, sql, { limits: short }).done, QueryTimeError);
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('of memory: text, lists, sorts, groups', async () => {
    const engine = open();
    for (const sql of [
      "SELECT length(repeat('x', 2000000000))",
      'SELECT length(range(300000000)::VARCHAR)',
      'SELECT count(*) FROM (SELECT md5(i::VARCHAR) h FROM range(100000000) t(i) GROUP BY h)',
    ])
      await isRefused(ask(engine, sql).done, 'EXCEEDED_LIMIT');
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('of rows, of a row, of the whole answer', async () => {
    const engine = open();
    const refused = (sql: string, less: Partial<QueryLimits>, words: RegExp) =>
      isRefused(ask(engine, sql, { limits: { ...limits, ...less } }).done, 'EXCEEDED_LIMIT', words);
    await refused('SELECT unnest(range(100000))', { rowsMax: 99_999 }, /99999 rows/);
    await refused(
      'SELECT repeat(i::VARCHAR, 1000) FROM range(10000) t(i)',
      { resultBytesMax: 10 * MiB },
      /larger/,
    );
    await refused("SELECT repeat('x', 20000000)", {}, /row of the result/);
    assert.equal((await rowsOf(engine, 'SELECT unnest(range(100000))')).length, 100_000);
  });

  test('of queries at a time: the rest waits, and what is beyond is refused', async () => {
    const engine = open({ runningMax: 2, waitingMax: 7 });
    const sql = '/* a bigint */ SELECT sum(hash(i)) IS NULL FROM range(20000000) t(i)';
    const all = Array.from({ length: 10 }, () => ask(engine, sql));
    await isRefused(all[9]!.done, 'BUSY');
    all[8]!.cancel();
    await isRefused(all[8]!.done, 'CANCELLED');
    await Promise.all(all.slice(0, 8).map(({ done }) => done));
    for (const { answer } of all.slice(0, 8)) assert.deepEqual(answer.rows, [['false']]);
    assert.ok(childrenOf(process.pid).length <= 2);
  });
});

describe('processes', () => {
  test('a slow consumer is waited for, and nothing piles up', async () => {
    const engine = open();
    let rows = 0;
    let rest: (() => void) | undefined;
    const firstRows = new Promise<void>((resolve) => {
      rest = resolve;
    });
    let go: (() => void) | undefined;
    const onRows = async (batch: readonly Row[]) => {
      rows += batch.length;
      rest?.();
      if (go === undefined)
        await new Promise<void>((resolve) => {
          go = resolve;
        });
    };
    const { done } = ask(engine, 'SELECT repeat(i::VARCHAR, 50) FROM range(300000) t(i)', { onRows });
    await firstRows;
    await pause(300);
    const [child] = childrenOf(process.pid);
    assert.ok(rows <= 1_000, `${rows} rows were handed on`);
    assert.ok(memoryOf(child!) < 300 * MiB);
    go?.();
    await done;
    assert.equal(rows, 300_000);
  });

  test('cancelling ends a query at once, and its process', async () => {
    const engine = open();
    const { done, cancel } = ask(engine, 'SELECT count(*) FROM range(1000000000000) a(i), range(1000000) b');
    while (childrenOf(process.pid).length === 0) await pause(5);
    await pause(500);
    const [child] = childrenOf(process.pid);
    cancel();
    await isRefused(done, 'CANCELLED');
    while (childrenOf(process.pid).includes(child!)) await pause(5);
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('one that is killed from outside, or crashes, is told of; the next query has another', async () => {
    const engine = open();
    await rowsOf(engine, 'SELECT 1');
    const { done } = ask(engine, 'SELECT count(*) FROM range(1000000000000) a(i), range(1000000) b');
    process.kill(childrenOf(process.pid)[0]!, 'SIGKILL');
    await isRefused(done, 'INTERNAL', /ended unexpectedly/);
    await isRefused(ask(engine, 'crash').done, 'INTERNAL', /ended unexpectedly/);
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('an idle one ends by itself; a warm one is used again', async () => {
    const engine = open({ idleMs: 2_000 });
    await rowsOf(engine, 'SELECT 1');
    const first = childrenOf(process.pid);
    await rowsOf(engine, 'SELECT 1');
    assert.deepEqual(childrenOf(process.pid), first);
    while (childrenOf(process.pid).length > 0) await pause(20);
    assert.deepEqual(await rowsOf(engine, 'SELECT 1'), [['1']]);
  });

  test('they have no environment, no files to write, a low priority', async () => {
    const engine = open();
    await rowsOf(engine, 'SELECT 1');
    const [child] = childrenOf(process.pid);
    const names = readFileSync(`/proc/${child}/environ`, 'utf8').split('\0').filter(Boolean);
    // The shell adds its own working directory.
    assert.deepEqual(
      names
        .map((entry) => entry.split('=')[0])
        .filter((name) => name !== 'PWD')
        .sort(),
      ['PATH', 'TZ'],
    );
    const limitsText = readFileSync(`/proc/${child}/limits`, 'utf8');
    assert.match(limitsText, /^Max file size +0 +0 /m);
    assert.match(limitsText, /^Max core file size +0 +0 /m);
    assert.doesNotMatch(limitsText, /^Max data size +unlimited/m);
    assert.equal(getPriority(child), Math.min(getPriority() + 15, constants.priority.PRIORITY_LOW));
  });

  test('closing ends what runs and what waits', async () => {
    const engine = open({ runningMax: 1 });
    const all = [1, 2, 3].map(() =>
      ask(engine, 'SELECT count(*) FROM range(1000000000000) a(i), range(1000000) b'),
    );
    const ends = Promise.allSettled(all.map(({ done }) => done));
    await pause(100);
    await engine.close();
    for (const end of await ends)
      assert.equal(end.status === 'rejected' && (end.reason as QueryError).code, 'CANCELLED');
    assert.deepEqual(childrenOf(process.pid), []);
    await isRefused(ask(engine, 'SELECT 1').done, 'CANCELLED');
  });
});

/** Linux: children that are no zombies. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((child) => existsSync(`/proc/${child}/exe`));
}

function memoryOf(pid: number): number {
  return Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
