// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits, counted; S3 API Reference, "List of SELECT Object Content Error Codes" (Busy).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runningMax, waitingMax } from '../limits.js';
import type { ObjectBytes } from '../readers/row-source.js';
import { SelectError } from '../select-error.js';
import type { SelectRequest } from '../select-request.js';
import { Selections } from './selections.js';

const request: SelectRequest = {
  expression: 'SELECT * FROM S3Object',
  input: { format: 'json', type: 'LINES' },
  compression: 'NONE',
  output: { format: 'json', recordDelimiter: '\n' },
  withProgress: false,
  objectBytes: 8,
  nowMs: 0,
};

/** Bytes that come when the test lets them. */
function held(): { readonly object: ObjectBytes; readonly release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release: () => release(),
    object: {
      size: 8,
      read: async function* () {
        await released;
        yield Buffer.from('{"a":1}\n');
      },
    },
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof SelectError, String(failure));
  return failure.code;
}

describe('places', () => {
  test('run out; who waits and leaves makes room; who is left gets its turn', async () => {
    const selections = new Selections();
    const { object, release } = held();
    const start = () => {
      const leaving = new AbortController();
      const events = selections.run(request, object, leaving.signal);
      const first = events.next();
      first.catch(() => undefined);
      return { leaving, events, first };
    };
    const running = Array.from({ length: runningMax }, start);
    const waiting = Array.from({ length: waitingMax }, start);
    assert.equal(await codeOf(start().first), 'Busy');
    const [leaver, next] = waiting;
    leaver?.leaving.abort();
    assert.equal(await codeOf(leaver?.first as Promise<unknown>), 'InternalError');
    const late = start();
    assert.equal(await codeOf(start().first), 'Busy', 'one place was free, not two');
    for (const { leaving } of [...waiting.slice(2), late]) leaving.abort();
    release();
    for (const { events, first } of [...running, next as (typeof running)[number]]) {
      const kinds = [(await first).value?.kind];
      for await (const { kind } of events) kinds.push(kind);
      assert.equal(kinds.at(-1), 'done');
    }
    const gone = new AbortController();
    gone.abort();
    assert.deepEqual(await selections.run(request, object, gone.signal).next(), {
      done: true,
      value: undefined,
    });
  });
});
