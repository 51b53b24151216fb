// SPDX-License-Identifier: Apache-2.0
// Oracle: arithmetic on the two limits; time is what the test says it is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { outputBytes, readerBytesPerSecondMin, unreadMsMax } from './limits.js';
import { ReaderPatience } from './reader-patience.js';

/** How long a reader is let to hold its thread that takes each message after so long; undefined: for ever. */
function heldMs(bytes: number, everyMs: number, messages = 1_000): number | undefined {
  const patience = new ReaderPatience();
  let nowMs = 0;
  for (let at = 0; at < messages; at++) {
    const allowedMs = patience.give(bytes, nowMs);
    if (everyMs > allowedMs) return nowMs + allowedMs;
    nowMs += everyMs;
    patience.take(nowMs);
  }
  return undefined;
}

describe('a reader', () => {
  test('that takes nothing is let go after unreadMsMax', () => {
    assert.equal(heldMs(outputBytes, Number.POSITIVE_INFINITY), unreadMsMax);
  });

  test('that trickles, always just in time, is let go soon after', () => {
    const held = heldMs(outputBytes, unreadMsMax - 1);
    assert.ok(held !== undefined && held < 2 * unreadMsMax);
    assert.ok((heldMs(100, 1_000) ?? Number.POSITIVE_INFINITY) < 2 * unreadMsMax);
  });

  test('that reads fast enough stays', () => {
    const everyMs = (outputBytes / readerBytesPerSecondMin) * 1_000;
    assert.equal(heldMs(outputBytes, everyMs), undefined);
  });

  test('never has more than unreadMsMax for what is there, and below the rate only a bounded time in all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bytes: fc.nat(outputBytes), ms: fc.nat(unreadMsMax) }), { maxLength: 200 }),
        (steps) => {
          const patience = new ReaderPatience();
          let [nowMs, bytes] = [0, 0];
          for (const step of steps) {
            const allowedMs = patience.give(step.bytes, nowMs);
            assert.ok(allowedMs <= unreadMsMax);
            if (step.ms > allowedMs) break;
            nowMs += step.ms;
            bytes += step.bytes;
            patience.take(nowMs);
            assert.ok(nowMs <= unreadMsMax + (bytes / readerBytesPerSecondMin) * 1_000 + 1);
          }
        },
      ),
    );
  });
});
