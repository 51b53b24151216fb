// SPDX-License-Identifier: Apache-2.0
// Oracle: a plain list of rows, filtered and sorted as RunQuery's text says. The same rows lie in runs, merged runs and
// memory, and every way of laying them out must give the same answer.
import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildRun } from './build-run.js';
import { findRows } from './find-rows.js';
import { mergeRuns } from './merge-runs.js';
import { PageCache } from './page-cache.js';
import { PostingCursor } from './posting-cursor.js';
import { noRow } from './row-cursor.js';
import { Run } from './run.js';
import { GrowingColumns } from './run-columns.js';
import { DamagedRunError } from './run-format.js';
import { examinedRowsMax, type RunQuery, TooManyRowsError } from './run-query.js';
import { kindTerm, placeOfKind } from './run-terms.js';

interface TestRow {
  readonly timeMs: number;
  readonly enteredAtMs: number;
  readonly kind: number;
  readonly idHash: number;
  readonly name: number;
  readonly user: number;
  readonly resources: readonly number[];
}

const hashSeed = 7;

function columnsOf(rows: readonly TestRow[], first: number): GrowingColumns {
  const columns = new GrowingColumns();
  rows.forEach((row, index) => {
    columns.add({
      ordinal: first + index,
      eventTimeMs: row.timeMs,
      enteredAtMs: row.enteredAtMs,
      kind: row.kind,
      idHash: row.idHash,
      name: row.name,
      source: 77,
      username: row.user,
      accessKey: 0,
      readOnly: -5,
    });
    for (const term of new Set(row.resources)) columns.addResource(term);
  });
  return columns;
}

function inTempDir(work: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-runs-'));
  try {
    work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function withRuns(dir: string, paths: readonly string[], work: (runs: Run[]) => void): void {
  const cache = new PageCache();
  const runs = paths.map((path) => new Run(join(dir, path), cache));
  try {
    work(runs);
  } finally {
    for (const run of runs) run.close();
  }
}

function build(dir: string, name: string, rows: readonly TestRow[], first: number): string {
  const facts = { hashSeed, behind: first - 1, upTo: first + rows.length - 1 };
  buildRun(join(dir, name), facts, columnsOf(rows, first).view());
  return name;
}

const row: fc.Arbitrary<TestRow> = fc.record({
  timeMs: fc.constantFrom(0, 1, 2, 3, 1e12, 1e12 + 1, -5),
  enteredAtMs: fc.integer({ min: 0, max: 5 }),
  kind: fc.constantFrom(0, 1, 8, 9, 16),
  idHash: fc.constantFrom(0, 1, 2, 0xffff_ffff),
  name: fc.constantFrom(1, -1, 1000),
  user: fc.constantFrom(0, 5, -7),
  resources: fc.array(fc.constantFrom(11, -11, 12, 1), { maxLength: 3 }),
});

const query: fc.Arbitrary<RunQuery> = fc
  .record({
    terms: fc.array(
      fc.constantFrom(
        { term: 1, isResource: false },
        { term: -1, isResource: false },
        { term: 5, isResource: false },
        { term: 11, isResource: true },
        { term: -11, isResource: true },
        { term: 4242, isResource: true },
      ),
      { maxLength: 2 },
    ),
    idHash: fc.option(fc.constantFrom(0, 2, 0xffff_ffff, 3), { nil: undefined, freq: 3 }),
    kinds: fc.uniqueArray(fc.constantFrom(0, 1, 8, 9, 16, 24), { minLength: 1 }),
    fromMs: fc.constantFrom(Number.NEGATIVE_INFINITY, 0, 2),
    untilMs: fc.constantFrom(Number.POSITIVE_INFINITY, 2, 1e12),
    enteredSinceMs: fc.constantFrom(Number.NEGATIVE_INFINITY, 2),
    ordinalMax: fc.integer({ min: 0, max: 80 }),
    behind: fc.option(
      fc.record({ eventTimeMs: fc.constantFrom(1, 3, 1e12), ordinal: fc.integer({ min: 0, max: 80 }) }),
      { nil: undefined },
    ),
    limit: fc.integer({ min: 1, max: 12 }),
    dropped: fc.integer({ min: -1, max: 40 }),
  })
  .map(({ kinds, dropped, ...rest }) => ({
    ...rest,
    kinds: new Set(kinds),
    isDropped: (ordinal: number, enteredAtMs: number) => ordinal <= dropped && enteredAtMs < 3,
  }));

function expected(rows: readonly TestRow[], asked: RunQuery) {
  return rows
    .map((of, ordinal) => ({ of, ordinal }))
    .filter(({ of, ordinal }) => {
      const fixed = [of.name, 77, of.user, 0, -5];
      const { behind } = asked;
      return (
        // A term may be any value's in a run; only the attribute's own in memory. Names and resources share none here but 1.
        asked.terms.every(({ term, isResource }) => (isResource ? of.resources : fixed).includes(term)) &&
        (asked.idHash === undefined || of.idHash === asked.idHash) &&
        asked.kinds.has(of.kind) &&
        of.timeMs >= asked.fromMs &&
        of.timeMs <= asked.untilMs &&
        of.enteredAtMs >= asked.enteredSinceMs &&
        ordinal <= asked.ordinalMax &&
        !asked.isDropped(ordinal, of.enteredAtMs) &&
        (behind === undefined ||
          of.timeMs < behind.eventTimeMs ||
          (of.timeMs === behind.eventTimeMs && ordinal < behind.ordinal))
      );
    })
    .sort((a, b) => b.of.timeMs - a.of.timeMs || b.ordinal - a.ordinal)
    .slice(0, asked.limit)
    .map(({ of, ordinal }) => ({ ordinal, eventTimeMs: of.timeMs, placeId: placeOfKind(of.kind) }));
}

test('runs, merged runs and rows in memory give what a plain list gives', () => {
  fc.assert(
    fc.property(
      fc.array(
        row.map((of) => ({ ...of, resources: of.resources.filter((term) => term !== 1) })),
        {
          minLength: 1,
          maxLength: 80,
        },
      ),
      fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 4 }),
      fc.array(query, { minLength: 5, maxLength: 12 }),
      (rows, cuts, queries) =>
        inTempDir((dir) => {
          const bounds = [...new Set([0, ...cuts.filter((cut) => cut < rows.length), rows.length])].sort(
            (a, b) => a - b,
          );
          const pieces = bounds.slice(1).map((end, index) => ({ start: bounds[index]!, end }));
          const paths = pieces.map(({ start, end }) =>
            build(dir, `${start}.run`, rows.slice(start, end), start),
          );
          const facts = { hashSeed, behind: -1, upTo: rows.length - 1 };
          mergeRuns(
            join(dir, 'merged.run'),
            facts,
            paths.map((path) => join(dir, path)),
          );
          const { start: lastStart } = pieces.at(-1)!;
          const inMemory = columnsOf(rows.slice(lastStart), lastStart).inMemory();
          withRuns(dir, [...paths, 'merged.run'], (runs) => {
            const merged = runs.pop()!;
            for (const asked of queries) {
              const want = expected(rows, asked);
              assert.deepEqual(findRows(runs, [], asked), want, 'runs');
              assert.deepEqual(findRows([merged], [], asked), want, 'merged');
              assert.deepEqual(findRows(runs.slice(0, -1), [inMemory], asked), want, 'the last in memory');
            }
          });
        }),
    ),
    { numRuns: 60 },
  );
});

test('many rows in memory, in order of time or not, give what a plain list gives', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 7_919, 1_009), fc.array(query, { minLength: 20 }), (step, queries) => {
      const count = 3_000;
      const rows = Array.from(
        { length: count },
        (_, index): TestRow => ({
          timeMs: (index * step) % count,
          enteredAtMs: index % 6,
          kind: index % 2,
          idHash: index % 900,
          name: index % 3 === 0 ? 1 : -1,
          user: index % 700 === 0 ? 5 : 0,
          resources: index % 11 === 0 ? [11, -11] : [12],
        }),
      );
      const growing = columnsOf(rows.slice(0, 2_000), 0);
      const early = growing.inMemory();
      for (const asked of queries) {
        const of = { ...asked, ordinalMax: count, kinds: new Set([0, 1]) };
        assert.deepEqual(findRows([], [early], of), expected(rows.slice(0, 2_000), of));
        const rest = columnsOf(rows.slice(2_000), 2_000).inMemory();
        assert.deepEqual(findRows([], [early, rest], of), expected(rows, of));
      }
    }),
    { numRuns: 6 },
  );
});

test('long lists are read from any row on, in runs and merged runs', () =>
  inTempDir((dir) => {
    const count = 5_000;
    const rows = Array.from(
      { length: count },
      (_, index): TestRow => ({
        timeMs: (index * 7_919) % count,
        enteredAtMs: 1,
        kind: 0,
        idHash: index,
        name: index % 3 === 0 ? 1 : 2,
        user: index % 1_000 === 0 ? 9 : 0,
        resources: [],
      }),
    );
    const half = count / 2;
    const paths = [build(dir, 'a', rows.slice(0, half), 0), build(dir, 'b', rows.slice(half), half)];
    mergeRuns(
      join(dir, 'merged'),
      { hashSeed, behind: -1, upTo: count - 1 },
      paths.map((path) => join(dir, path)),
    );
    build(dir, 'whole', rows, 0);
    withRuns(dir, ['merged', 'whole'], (runs) => {
      for (const run of runs) {
        const newestFirst = rows.map((_, index) => index).sort((a, b) => rows[b]!.timeMs - rows[a]!.timeMs);
        for (const [term, has] of [
          [1, (of: TestRow) => of.name === 1],
          [9, (of: TestRow) => of.user === 9],
          [kindTerm(0), () => true],
        ] as const) {
          const there = newestFirst.flatMap((index, at) => (has(rows[index]!) ? [at] : []));
          const all = new PostingCursor(run, run.term(term)!);
          const read: number[] = [];
          for (let at = all.row; at !== noRow; at = all.seek(at + 1)) read.push(at);
          assert.deepEqual(read, there);
          for (let from = 0; from <= count; from += 37) {
            const cursor = new PostingCursor(run, run.term(term)!);
            assert.equal(cursor.seek(from), there.find((at) => at >= from) ?? noRow);
          }
        }
        assert.equal(run.term(4_242), undefined);
        for (const id of [0, 1, 511, 512, 4_999])
          assert.deepEqual(run.rowsOfId(id), [newestFirst.indexOf(id)]);
        assert.deepEqual(run.rowsOfId(count), []);
      }
    });
  }));

test('many events with one ID hash are all found, over pages', () =>
  inTempDir((dir) => {
    const rows = Array.from(
      { length: 2_000 },
      (_, index): TestRow => ({
        timeMs: index,
        enteredAtMs: 1,
        kind: 0,
        idHash: index < 10 ? 1 : 5,
        name: 1,
        user: 0,
        resources: [],
      }),
    );
    build(dir, 'one', rows, 0);
    withRuns(dir, ['one'], ([run]) => {
      assert.equal(run!.rowsOfId(5).length, 1_990);
      assert.equal(run!.rowsOfId(1).length, 10);
      assert.equal(run!.rowsOfId(3).length, 0);
    });
  }));

test('a changed byte anywhere is noticed', () =>
  inTempDir((dir) => {
    const rows = Array.from(
      { length: 700 },
      (_, index): TestRow => ({
        timeMs: index,
        enteredAtMs: 1,
        kind: index % 3,
        idHash: index,
        name: index,
        user: 1,
        resources: [index],
      }),
    );
    build(dir, 'one', rows, 0);
    const path = join(dir, 'one');
    const { size } = statSync(path);
    const fd = openSync(path, 'r+');
    const byte = Buffer.alloc(1);
    for (let at = 0; at < size; at += 1_009) {
      readSync(fd, byte, 0, 1, at);
      writeSync(fd, Buffer.from([byte[0]! ^ 4]), 0, 1, at);
      // Behind the header's text nothing is said: there a change changes nothing.
      const isInHeaderPadding = at > 1_000 && at < 4_096;
      const check = (): void => withRuns(dir, ['one'], ([run]) => run!.verify());
      if (isInHeaderPadding) check();
      else assert.throws(check, DamagedRunError, `byte ${at}`);
      writeSync(fd, byte, 0, 1, at);
    }
    closeSync(fd);
    assert.deepEqual(readdirSync(dir), ['one']);
  }));

test('a page that would look at too many rows gives up', () => {
  const rows = new GrowingColumns();
  for (let index = 0; index < examinedRowsMax + 10; index++)
    rows.add({
      ordinal: index,
      eventTimeMs: index,
      enteredAtMs: 1,
      kind: 0,
      idHash: 0,
      name: index % 2 === 0 ? 1 : 2,
      source: index % 2 === 0 ? 3 : 4,
      username: 0,
      accessKey: 0,
      readOnly: 0,
    });
  inTempDir((dir) => {
    buildRun(join(dir, 'one'), { hashSeed, behind: -1, upTo: rows.count - 1 }, rows.view());
    withRuns(dir, ['one'], (runs) => {
      const asked: RunQuery = {
        terms: [{ term: 1, isResource: false }],
        idHash: undefined,
        kinds: new Set([0]),
        fromMs: Number.NEGATIVE_INFINITY,
        untilMs: Number.POSITIVE_INFINITY,
        enteredSinceMs: 2,
        ordinalMax: Number.POSITIVE_INFINITY,
        behind: undefined,
        limit: 1,
        isDropped: () => false,
      };
      assert.deepEqual(findRows(runs, [], asked), []);
      const never = { ...asked, enteredSinceMs: 0, isDropped: () => true };
      const both = [
        { term: 1, isResource: false },
        { term: 4, isResource: false },
      ];
      assert.deepEqual(findRows(runs, [], { ...asked, terms: both }), []);
      assert.throws(
        () => findRows([...runs, ...runs], [], { ...never, terms: [{ term: 1, isResource: false }] }),
        TooManyRowsError,
      );
    });
  });
});
