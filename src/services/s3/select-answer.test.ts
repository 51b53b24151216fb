// SPDX-License-Identifier: Apache-2.0
// Oracle: a clock that the test sets. A reader that takes too little for too long is let go, and its selection ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { outputBytes, unreadMsMax } from '../../s3-select/limits.js';
import type { SelectEvent } from '../../s3-select/worker/select-thread.js';
import { WireError } from '../../wire/wire-error.js';
import { type AnswerTimers, SelectAnswer } from './select-answer.js';

class ManualTimers implements AnswerTimers {
  #nowMs = 0;
  #due: { readonly atMs: number; readonly act: () => void } | undefined;

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, act: () => void): () => void {
    const due = { atMs: this.#nowMs + ms, act };
    this.#due = due;
    return () => {
      if (this.#due === due) this.#due = undefined;
    };
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#due;
    if (due === undefined || due.atMs > this.#nowMs) return;
    this.#due = undefined;
    due.act();
  }
}

function answer() {
  const timers = new ManualTimers();
  let isAborted = false;
  let isReturned = false;
  async function* endless(): AsyncGenerator<SelectEvent> {
    try {
      for (;;) yield { kind: 'records', bytes: new Uint8Array(outputBytes) };
    } finally {
      isReturned = true;
    }
  }
  const events = endless();
  const body = new SelectAnswer(events, events.next(), {
    withProgress: false,
    abort: () => {
      isAborted = true;
    },
    toWireError: () => new WireError('InternalError', 'no'),
    timers,
  });
  return { timers, body, ended: () => isAborted && isReturned };
}

/** Takes one message. */
async function take(body: SelectAnswer): Promise<void> {
  while (body.read() === null) await Promise.race([once(body, 'readable'), setImmediate()]);
  await setImmediate();
}

describe('a reader', () => {
  test('that takes nothing for unreadMsMax is let go, not before', async () => {
    const { timers, body, ended } = answer();
    await take(body);
    await setImmediate();
    timers.advance(unreadMsMax - 1);
    assert.equal(body.destroyed, false);
    timers.advance(unreadMsMax);
    await setImmediate();
    assert.ok(body.destroyed && ended());
  });

  test('that trickles is let go in the end; one that reads is not', async () => {
    for (const [everyMs, isLetGo] of [
      [30_000, true],
      [100, false],
    ] as const) {
      const { timers, body, ended } = answer();
      for (let at = 0; at < 20 && !body.destroyed; at++) {
        await take(body);
        timers.advance(everyMs);
        await setImmediate();
      }
      assert.equal(body.destroyed && ended(), isLetGo, `a message every ${everyMs} ms`);
      body.destroy();
    }
  });
});
