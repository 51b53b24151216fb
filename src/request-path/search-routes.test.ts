// SPDX-License-Identifier: Apache-2.0
// Oracle: docs/search.md (whose histories somebody may search), CloudTrail User Guide, "Organization delegated administrator"; an
// engine that answers nothing until the test says so.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { QueryEngine } from '../query/query-engine.js';
import { QueryError } from '../query/query-error.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest } from './own-api.js';
import { searchRoutes } from './search-routes.js';

const own = '111122223333';
const member = '444455556666';

function scene(seen: readonly string[]) {
  const opened: string[] = [];
  let released = 0;
  let cancel: (() => void) | undefined;
  const engine = {
    run: () => {
      let fail: (error: Error) => void = () => undefined;
      const done = new Promise<never>((_, reject) => {
        fail = reject;
      });
      cancel = () => fail(new QueryError('CANCELLED', 'cancelled'));
      return { done, cancel };
    },
  } as unknown as QueryEngine;
  const routes = searchRoutes({
    engine,
    historyOf: (accountId) => {
      opened.push(accountId);
      return Promise.resolve({ files: [], release: () => released++ });
    },
    accountsSeenBy: () => seen,
  });
  const left = new AbortController();
  const ask = (asked: object) =>
    routes.get('POST /cairn/v1/search')?.({
      body: Buffer.from(JSON.stringify(asked)),
      principal: { kind: 'root', accountId: own },
      authorize: () => undefined,
      wire: { left: () => left.signal },
    } as unknown as OwnRequest) as Promise<unknown>;
  return { ask, left, opened, released: () => released, isRunning: () => cancel !== undefined };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure: unknown = await work.catch((error: unknown) => error);
  assert.ok(failure instanceof WireError, String(failure));
  return failure.code;
}

describe('whose histories', () => {
  for (const [asked, seen, wanted] of [
    [{}, [own, member], [own]],
    [{ accounts: [own] }, [], [own]],
    [{ accounts: [member] }, [own, member], [member]],
    [{ accounts: '*' }, [own, member], [own, member]],
    [{ accounts: [own, member] }, [own], 'AccessDeniedException'],
    [{ accounts: ['1'] }, [own], 'ValidationException'],
    [{ accounts: [] }, [own], 'ValidationException'],
  ] as const)
    test(`${JSON.stringify(asked)} of who sees ${seen.join(' and ') || 'its own'}`, async () => {
      const { ask, left, opened, released } = scene(seen);
      const answer = ask(asked);
      if (typeof wanted === 'string') assert.equal(await codeOf(answer), wanted);
      else {
        setImmediate(() => left.abort());
        await codeOf(answer);
        assert.deepEqual(opened, wanted);
      }
      assert.equal(released(), opened.length);
    });
});

test('a client that leaves ends the search, and what it held is released', async () => {
  const { ask, left, released, isRunning } = scene([own]);
  const answer = ask({});
  while (!isRunning()) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(released(), 0);
  left.abort();
  assert.equal(await codeOf(answer), 'RequestTimeout');
  assert.equal(released(), 1);
});
