// SPDX-License-Identifier: Apache-2.0
// Oracle: what is under way at each step of a clock that the test turns, counted by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LookupTurns } from './lookup-turns.js';
import { RecordingLoad } from './recording-load.js';
import { lookupRestFactor, lookupRestMsMax } from './store-limits.js';

class Scene {
  nowMs = 0;
  isCrowded = false;
  readonly #later: { readonly atMs: number; readonly turn: () => void }[] = [];
  readonly turns = new LookupTurns(() => this.isCrowded, {
    now: () => this.nowMs,
    later: (turn, ms) => this.#later.push({ atMs: this.nowMs + ms, turn }),
  });
  readonly begun: number[] = [];
  readonly #ends: (() => void)[] = [];

  lookUp(number: number): Promise<void> {
    return this.turns.run(() => {
      this.begun.push(number);
      return new Promise((resolve) => this.#ends.push(resolve));
    });
  }

  /** The one that is under way longest ends. */
  async end(): Promise<void> {
    this.#ends.shift()?.();
    await turn();
  }

  /** A turn of the event loop, so many ms later. */
  async go(ms = 0): Promise<void> {
    this.nowMs += ms;
    const due = this.#later.filter(({ atMs }) => atMs <= this.nowMs);
    for (const each of due) this.#later.splice(this.#later.indexOf(each), 1);
    for (const each of due) each.turn();
    await turn();
  }
}

describe('turns of look-ups', () => {
  test('one begins in each turn, whatever is under way', async () => {
    const scene = new Scene();
    for (const number of [1, 2, 3]) void scene.lookUp(number);
    assert.deepEqual(scene.begun, []);
    await scene.go();
    assert.deepEqual(scene.begun, [1]);
    await scene.go();
    assert.deepEqual(scene.begun, [1, 2]);
    await scene.go();
    assert.deepEqual(scene.begun, [1, 2, 3]);
  });

  test('while events are recorded at full tilt: one at a time, with a rest behind it', async () => {
    const scene = new Scene();
    scene.isCrowded = true;
    for (const number of [1, 2, 3]) void scene.lookUp(number);
    await scene.go();
    await scene.go(5);
    assert.deepEqual(scene.begun, [1], 'the first is under way');
    await scene.end();
    await scene.go(5 * lookupRestFactor - 1);
    assert.deepEqual(scene.begun, [1], 'it took 5 ms');
    await scene.go(1);
    assert.deepEqual(scene.begun, [1, 2]);
    await scene.go(100_000);
    await scene.end();
    await scene.go(lookupRestMsMax - 1);
    assert.deepEqual(scene.begun, [1, 2], 'it took long');
    await scene.go(1);
    assert.deepEqual(scene.begun, [1, 2, 3]);
  });

  test('all come to their turn when recording rests, and when it begins', async () => {
    const scene = new Scene();
    const all = [1, 2, 3, 4].map((number) => scene.lookUp(number));
    await scene.go();
    await scene.go();
    scene.isCrowded = true;
    await scene.go(1);
    assert.deepEqual(scene.begun, [1, 2], 'two are under way already');
    await scene.end();
    await scene.end();
    scene.isCrowded = false;
    await scene.go(lookupRestMsMax);
    await scene.go();
    assert.deepEqual(scene.begun, [1, 2, 3, 4]);
    await scene.end();
    await scene.end();
    await Promise.all(all);
  });

  test('one that fails is over too', async () => {
    const scene = new Scene();
    scene.isCrowded = true;
    const failed = assert.rejects(
      scene.turns.run(() => Promise.reject(new Error('damaged'))),
      /damaged/,
    );
    void scene.lookUp(2);
    await scene.go();
    await failed;
    await scene.go(lookupRestMsMax);
    assert.deepEqual(scene.begun, [2]);
  });
});

test('what look-ups record of themselves is no load', async () => {
  let nowMs = 0;
  const load = new RecordingLoad(100, () => nowMs);
  for (let turns = 0; turns < 300; turns++, nowMs += 2) {
    load.lookedUp();
    if (turns % 10 === 9) await load.during(10, () => Promise.resolve());
    assert.ok(load.eventsPerSecond < 101, `${load.eventsPerSecond} after ${turns} of 500 a second`);
  }
});

test('how much is recorded: what is longer ago counts less', async () => {
  let nowMs = 0;
  const load = new RecordingLoad(100, () => nowMs);
  assert.deepEqual([load.share, load.eventsPerSecond], [0, 0]);
  let end = (): void => {};
  const work = load.during(50, () => new Promise<void>((resolve) => (end = resolve)));
  assert.equal(load.eventsPerSecond, 500);
  nowMs += 100;
  assert.ok(Math.abs(load.share - (1 - 1 / Math.E)) < 1e-9);
  assert.ok(Math.abs(load.eventsPerSecond - 500 / Math.E) < 1e-9);
  nowMs += 10_000;
  assert.ok(load.share > 0.999 && load.eventsPerSecond < 0.001);
  end();
  await work;
  nowMs += 100;
  assert.ok(Math.abs(load.share - 1 / Math.E) < 1e-9);
  await assert.rejects(load.during(1, () => Promise.reject(new Error('it failed'))));
  nowMs += 10_000;
  assert.ok(load.share < 0.001, 'what failed is under way no more');
  for (let turns = 0; turns < 200; turns++, nowMs += 10) await load.during(20, () => Promise.resolve());
  assert.ok(load.eventsPerSecond > 1_800 && load.eventsPerSecond < 2_200, String(load.eventsPerSecond));
});
