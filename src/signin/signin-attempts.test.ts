// SPDX-License-Identifier: Apache-2.0
// Oracle: the bounds that signin-attempts.ts names, counted by hand; OWASP "Authentication Cheat Sheet" (account lockout:
// a lock must not be a way to keep its owner out).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptLimits, SigninAttempts } from './signin-attempts.js';

const start = 1_000_000_000;
const jane = { name: 'user 111122223333 jane', sourceIp: '198.51.100.7', nowMs: start };
const { freeTries, waitMs, waitMsMax, windowMs, nameMax, addressMax } = attemptLimits;

test('a few wrong tries are free, then each wait is twice the one before, up to a bound', () => {
  const attempts = new SigninAttempts();
  for (let at = 0; at < freeTries; at += 1) assert.equal(attempts.take(jane), undefined);
  let nowMs = start;
  const waits = Array.from({ length: 10 }, () => {
    const wait = attempts.take({ ...jane, nowMs }) ?? 0;
    assert.equal(attempts.take({ ...jane, nowMs: nowMs + wait - 1 }), 1, 'asking too early changes nothing');
    nowMs += wait;
    assert.equal(attempts.take({ ...jane, nowMs }), undefined);
    return wait;
  });
  assert.deepEqual(waits.slice(0, 4), [waitMs, 2 * waitMs, 4 * waitMs, 8 * waitMs]);
  assert.equal(waits.at(-1), waitMsMax);
});

test('a right try takes back itself, and what the person waited for', () => {
  const attempts = new SigninAttempts();
  for (let at = 0; at < 500; at += 1) {
    assert.equal(attempts.take(jane), undefined);
    attempts.succeeded(jane);
  }
});

test('an address that tries many names is stopped, and goes on when the window is over', () => {
  const attempts = new SigninAttempts();
  const as = (name: string, nowMs = start) => attempts.take({ ...jane, name, nowMs });
  for (let at = 0; at < addressMax; at += 1) assert.equal(as(`user ${at}`), undefined);
  assert.equal(as('somebody', start + 1), windowMs - 1);
  assert.equal(as('somebody', start + windowMs), undefined);
});

test('an IPv6 network counts as one address, an IPv4 one as many', () => {
  const taken = (ip: (at: number) => string) => {
    const attempts = new SigninAttempts();
    const tries = Array.from({ length: 2 * addressMax }, (_, at) =>
      attempts.take({ name: `user ${at}`, sourceIp: ip(at), nowMs: start }),
    );
    return tries.filter((wait) => wait === undefined).length;
  };
  assert.equal(
    taken((at) => `2001:db8:1:2::${at.toString(16)}`),
    addressMax,
  );
  assert.equal(
    taken((at) => `2001:db8:1:2:${at.toString(16)}:1:1:1`),
    addressMax,
  );
  assert.equal(
    taken((at) => `2001:db8:1:${at.toString(16)}::1`),
    2 * addressMax,
  );
  assert.equal(
    taken((at) => `198.51.100.${at}`),
    2 * addressMax,
  );
  assert.equal(
    taken((at) => `::ffff:198.51.100.${at}`),
    2 * addressMax,
  );
});

test('many addresses stop a name for strangers, never for where its owner signed in from, and not for ever', () => {
  const attempts = new SigninAttempts();
  attempts.take(jane);
  attempts.succeeded(jane);
  for (let at = 0; at < nameMax; at += 1)
    assert.equal(attempts.take({ ...jane, sourceIp: `10.0.0.${at}` }), undefined);
  assert.equal(attempts.take({ ...jane, sourceIp: '10.1.0.1' }), windowMs);
  assert.equal(attempts.take(jane), undefined);
  assert.equal(attempts.take({ ...jane, sourceIp: '10.1.0.1', nowMs: start + windowMs }), undefined);
});

test('a clock that went back holds nobody up for longer than a window', () => {
  const attempts = new SigninAttempts();
  for (let at = 0; at < freeTries; at += 1) attempts.take(jane);
  assert.equal(attempts.take({ ...jane, nowMs: start - 86_400_000 }), undefined);
});

test('names that are not there go into a history only so often', () => {
  const attempts = new SigninAttempts();
  const recorded = (nowMs: number) =>
    Array.from({ length: 500 }, () => attempts.mayRecordUnknown('111122223333', nowMs)).filter(Boolean)
      .length;
  assert.equal(recorded(start), attemptLimits.unknownRecordedMax);
  assert.equal(recorded(start + windowMs - 1), 0);
  assert.equal(recorded(start + windowMs), attemptLimits.unknownRecordedMax);
});
