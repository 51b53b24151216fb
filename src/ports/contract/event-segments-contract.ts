// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/event-segments.ts, and the plain list of what was committed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { until } from '../../testing/until.js';
import type { EventSegments, SegmentAppend, SegmentLines, SegmentSnapshot } from '../event-segments.js';

export interface SegmentsEngine {
  open(folder: string): EventSegments;
  /** The eventIDs in the files of a snapshot, by whatever reads them. */
  eventIds(snapshot: SegmentSnapshot): Promise<string[]>;
}

export const segmentTimeMs = Date.UTC(2026, 10, 21, 10);
const stream = 'history/111122223333';

export interface EventFacts {
  readonly id: string;
  readonly happenedMs?: number;
  readonly enteredMs?: number;
}

/** Lines of small events. */
export function linesOf(events: readonly EventFacts[]): SegmentLines {
  const lines = events.map(({ id, happenedMs = segmentTimeMs, enteredMs = segmentTimeMs }) => {
    const record = { eventID: id, eventTime: new Date(happenedMs).toISOString(), eventName: 'CreateUser' };
    return `${JSON.stringify({ account: '111122223333', region: 'us-east-1', category: 'Management', entered: enteredMs, record })}\n`;
  });
  return { bytes: Buffer.from(lines.join('')), count: events.length };
}

function newEvents(count: number, more: Omit<EventFacts, 'id'> = {}): EventFacts[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), ...more }));
}

function append(events: readonly EventFacts[], more: Partial<SegmentAppend> = {}): SegmentAppend {
  return { stream, kind: 'cloudtrail', lines: linesOf(events), ...more };
}

/** Registers the contract of EventSegments for one adapter. */
export function testEventSegmentsContract(name: string, engine: SegmentsEngine): void {
  const using = async (work: (at: SegmentsUnderTest) => Promise<void>): Promise<void> => {
    const at = new SegmentsUnderTest(engine);
    try {
      await work(at);
    } finally {
      await at.end();
    }
  };

  describe(`EventSegments contract: ${name}`, () => {
    test('what was committed is in the snapshot, with rows and bounds of time, and the cursor with it', () =>
      using(async (at) => {
        const early = newEvents(2, { happenedMs: segmentTimeMs - 5_000 });
        const late = newEvents(3);
        assert.deepEqual(await at.segments.commit('reader', 'one', [append(early)]), { added: 2 });
        assert.deepEqual(await at.segments.commit('reader', 'two', [append(late)]), { added: 3 });
        assert.deepEqual(await at.ids(), idsOf([...early, ...late]));
        assert.equal(at.segments.cursor('reader'), 'two');
        assert.equal(at.segments.cursor('another'), undefined);
        const [facts] = at.segments.streams();
        assert.deepEqual(
          [facts?.rows, facts?.fromMs, facts?.toMs],
          [5, segmentTimeMs - 5_000, segmentTimeMs],
        );
        await at.reopen();
        assert.deepEqual(await at.ids(), idsOf([...early, ...late]));
        assert.equal(at.segments.cursor('reader'), 'two');
      }));

    test('a commit without records moves the cursor', () =>
      using(async (at) => {
        assert.deepEqual(await at.segments.commit('reader', 'one', []), { added: 0 });
        assert.deepEqual(await at.segments.commit('reader', 'two', [append([])]), { added: 0 });
        await at.reopen();
        assert.equal(at.segments.cursor('reader'), 'two');
        assert.deepEqual(await at.ids(), []);
      }));

    test('streams are kept apart, and a commit may write to several', () =>
      using(async (at) => {
        const [mine, yours] = [newEvents(2), newEvents(1)];
        const other = 'event-data-store/1f4c5a4e-0000-4000-8000-0123456789ab';
        await at.segments.commit('reader', '1', [append(mine), append(yours, { stream: other })]);
        assert.deepEqual(await at.ids(), idsOf(mine));
        assert.deepEqual(await at.ids(other), idsOf(yours));
        await at.segments.removeStream(other);
        assert.deepEqual(await at.ids(other), []);
        assert.deepEqual(
          at.segments.streams().map((each) => each.stream),
          [stream],
        );
        await at.reopen();
        assert.deepEqual(
          at.segments.streams().map((each) => each.stream),
          [stream],
        );
      }));

    test('a stream of another kind, and names that are none, are refused with nothing done', () =>
      using(async (at) => {
        const events = newEvents(1);
        await at.segments.commit('reader', '1', [append(events)]);
        await assert.rejects(
          at.segments.commit('reader', '2', [append(newEvents(1), { kind: 'activity' })]),
          TypeError,
        );
        for (const bad of ['', '../up', 'history/', '/etc', 'a b', 'history/..'])
          await assert.rejects(
            at.segments.commit('reader', '2', [append(newEvents(1), { stream: bad })]),
            TypeError,
          );
        assert.equal(at.segments.cursor('reader'), '1');
        assert.deepEqual(await at.ids(), idsOf(events));
      }));

    test('leaveOutKnown leaves out what the stream has, and what comes twice', () =>
      using(async (at) => {
        const known = newEvents(3);
        await at.segments.commit('reader', '1', [append(known)]);
        const fresh = newEvents(2);
        const twice = [...fresh, ...known, ...fresh];
        const later = newEvents(1);
        const result = await at.segments.commit('reader', '2', [
          append(twice, { leaveOutKnown: true }),
          append([...fresh, ...later], { leaveOutKnown: true }),
        ]);
        assert.deepEqual(result, { added: 3 });
        assert.deepEqual(await at.ids(), idsOf([...known, ...fresh, ...later]));
        assert.deepEqual(await at.segments.commit('reader', '3', [append(known, { leaveOutKnown: true })]), {
          added: 0,
        });
      }));

    test('dropping removes what is too old, never what is not', () =>
      using(async (at) => {
        const old = newEvents(2, { enteredMs: segmentTimeMs - 9_000, happenedMs: segmentTimeMs - 90_000 });
        const young = newEvents(2);
        await at.segments.commit('reader', '1', [append(old)]);
        await at.segments.commit('reader', '2', [append(young)]);
        await at.segments.dropEnteredBefore(stream, segmentTimeMs - 9_000);
        assert.deepEqual(await at.ids(), idsOf([...old, ...young]));
        await at.segments.dropEnteredBefore(stream, segmentTimeMs - 8_999);
        assert.deepEqual(await at.ids(), idsOf(young));
        await at.segments.dropHappenedBefore(stream, segmentTimeMs + 1);
        assert.deepEqual(await at.ids(), []);
      }));

    test('a drop by eventTime reaches into files that hold much older events too', () =>
      using(async (at) => {
        const old = newEvents(2, { happenedMs: segmentTimeMs - 30 * 86_400_000 });
        const young = newEvents(2);
        await at.segments.commit('reader', '1', [append([...old, ...young])]);
        await at.segments.dropHappenedBefore(stream, segmentTimeMs - 86_400_000);
        assert.deepEqual(await at.ids(), idsOf(young));
        assert.deepEqual(await at.segments.verify(), []);
      }));

    test('the files of a snapshot stay until it is released, whatever is dropped or merged', () =>
      using(async (at) => {
        const events = newEvents(4);
        await at.segments.commit('reader', '1', [append(events)]);
        const snapshot = at.segments.snapshot(stream);
        await at.segments.removeStream(stream);
        assert.deepEqual((await engine.eventIds(snapshot)).sort(), idsOf(events));
        snapshot.release();
        snapshot.release();
        await untilGone(snapshot.files.map(({ path }) => path));
      }));

    test('a range leaves out only files that lie wholly outside', () =>
      using(async (at) => {
        const [early, late] = [newEvents(1, { happenedMs: segmentTimeMs - 60_000 }), newEvents(1)];
        await at.segments.commit('reader', '1', [append(early)]);
        await at.segments.commit('reader', '2', [append(late)]);
        const inRange = async (range: { fromMs?: number; toMs?: number }): Promise<string[]> => {
          const snapshot = at.segments.snapshot(stream, range);
          const ids = await engine.eventIds(snapshot);
          snapshot.release();
          return ids.sort();
        };
        assert.deepEqual(
          await inRange({ fromMs: segmentTimeMs - 60_000, toMs: segmentTimeMs }),
          idsOf([...early, ...late]),
        );
        assert.deepEqual(await inRange({ fromMs: segmentTimeMs - 59_999 }), idsOf(late));
        assert.deepEqual(await inRange({ toMs: segmentTimeMs - 1 }), idsOf(early));
      }));

    test('verify finds a file that was changed or is gone', () =>
      using(async (at) => {
        await at.segments.commit('reader', '1', [append(newEvents(1))]);
        await at.segments.commit('reader', '2', [append(newEvents(1))]);
        const seen: number[] = [];
        assert.deepEqual(await at.segments.verify((done, of) => seen.push(done, of)), []);
        assert.deepEqual(seen, [1, 2, 2, 2]);
        const { files, release } = at.segments.snapshot(stream);
        release();
        appendFileSync(files[0]!.path, 'x');
        rmSync(files[1]!.path);
        const damage = await at.segments.verify();
        assert.deepEqual(
          damage.map((each) => each.stream),
          [stream, stream],
        );
        assert.match(damage[0]!.reason, /bytes/);
        assert.match(damage[1]!.reason, /missing/);
      }));

    test('any order of commits, drops and reopening shows each record once', async () => {
      const step = fc.oneof(
        { weight: 8, arbitrary: fc.record({ kind: fc.constant('commit' as const), count: fc.nat(3) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), count: fc.nat(20) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), count: fc.constant(0) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 14 }), (steps) =>
          using(async (at) => {
            let there: EventFacts[] = [];
            for (const [index, { kind, count }] of steps.entries()) {
              const enteredMs = segmentTimeMs + index;
              if (kind === 'commit') {
                const events = newEvents(count, { enteredMs });
                await at.segments.commit('reader', String(index), [append(events)]);
                there.push(...events);
              } else if (kind === 'drop') {
                await at.segments.dropEnteredBefore(stream, segmentTimeMs + count);
                const left = new Set(await at.ids());
                for (const { id, enteredMs: entered = 0 } of there)
                  assert.ok(left.has(id) || entered < segmentTimeMs + count, 'dropped too much');
                there = there.filter(({ id }) => left.has(id));
              } else await at.reopen();
              assert.deepEqual(await at.ids(), idsOf(there));
            }
          }),
        ),
        { numRuns: 2 },
      );
    });
  });
}

function idsOf(events: readonly EventFacts[]): string[] {
  return events.map(({ id }) => id).sort();
}

async function untilGone(paths: readonly string[]): Promise<void> {
  await until(() => !paths.some((path) => existsSync(path)));
  assert.deepEqual(
    paths.filter((path) => existsSync(path)),
    [],
  );
}

class SegmentsUnderTest {
  readonly #engine: SegmentsEngine;
  readonly #folder = mkdtempSync(join(tmpdir(), 'cairn-segments-'));
  segments: EventSegments;

  constructor(engine: SegmentsEngine) {
    this.#engine = engine;
    this.segments = engine.open(this.#folder);
  }

  async ids(of = stream): Promise<string[]> {
    const snapshot = this.segments.snapshot(of);
    try {
      return (await this.#engine.eventIds(snapshot)).sort();
    } finally {
      snapshot.release();
    }
  }

  async reopen(): Promise<void> {
    await this.segments.close();
    this.segments = this.#engine.open(this.#folder);
  }

  async end(): Promise<void> {
    await this.segments.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
