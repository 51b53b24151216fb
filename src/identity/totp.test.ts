// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 6238, appendix B (SHA-1; its codes have eight digits, of which an app shows the last six), and section 5.2:
// a code counts once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newTotpSeed, otpauthUri, stepOfCode, timeOfCodes, totpCode } from './totp.js';

/** `12345678901234567890`, the RFC's secret, in base32. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const nowMs = Date.parse('2026-11-21T10:00:00Z');
const stepMs = 30_000;
const nowStep = nowMs / stepMs;

describe('the codes of the RFC', () => {
  const vectors: readonly [timeSec: number, code: string][] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ];
  for (const [timeSec, code] of vectors) {
    test(`at ${timeSec} s: ${code}`, () => {
      const shown = code.slice(-6);
      assert.equal(totpCode(seed, timeSec * 1_000), shown);
      assert.equal(stepOfCode(seed, shown, timeSec * 1_000, {}), Math.floor(timeSec / 30));
    });
  }
});

describe('a code', () => {
  const cases: readonly [why: string, atMs: number, state: object, isTaken: boolean][] = [
    ['of now is taken', nowMs, {}, true],
    ['of the step before is taken', nowMs - stepMs, {}, true],
    ['of the step after is taken', nowMs + stepMs, {}, true],
    ['of two steps before is not', nowMs - 2 * stepMs, {}, false],
    ['of two steps after is not', nowMs + 2 * stepMs, {}, false],
    ['that was taken already is not', nowMs, { lastStep: nowStep }, false],
    ['older than one that was taken is not', nowMs - stepMs, { lastStep: nowStep }, false],
    ['newer than one that was taken is taken', nowMs + stepMs, { lastStep: nowStep }, true],
    ['of a device that is known to be ahead is taken', nowMs + 20 * stepMs, { driftSteps: 20 }, true],
    ['of now is not, when the device is ahead', nowMs, { driftSteps: 20 }, false],
  ];
  for (const [why, atMs, state, isTaken] of cases) {
    test(why, () => {
      const step = stepOfCode(seed, totpCode(seed, atMs), nowMs, state);
      assert.equal(step, isTaken ? atMs / stepMs : undefined);
    });
  }

  test('of another form is none', () => {
    for (const code of ['', '12345', '1234567', '١٢٣٤٥٦', '12 456', `${totpCode(seed, nowMs)}\n`])
      assert.equal(stepOfCode(seed, code, nowMs, {}), undefined, JSON.stringify(code));
  });
});

describe('two codes in a row', () => {
  const codesFrom = (step: number) =>
    [totpCode(seed, step * stepMs), totpCode(seed, (step + 1) * stepMs)] as const;

  test('tell the time of a device', () => {
    assert.deepEqual(timeOfCodes(seed, codesFrom(nowStep - 1), nowMs, {}), {
      lastStep: nowStep,
      driftSteps: 0,
    });
    assert.deepEqual(timeOfCodes(seed, codesFrom(nowStep), nowMs, {}), {
      lastStep: nowStep + 1,
      driftSteps: 0,
    });
    assert.deepEqual(timeOfCodes(seed, codesFrom(nowStep + 50), nowMs, {}), {
      lastStep: nowStep + 51,
      driftSteps: 51,
    });
  });

  test('not in a row, reversed, the same twice, or too far off are refused', () => {
    const [first, second] = codesFrom(nowStep);
    const later = totpCode(seed, (nowStep + 2) * stepMs);
    for (const codes of [[first, later], [second, first], [first, first], codesFrom(nowStep + 130)] as const)
      assert.equal(timeOfCodes(seed, codes, nowMs, {}), undefined, codes.join());
  });

  test('count once', () => {
    const codes = codesFrom(nowStep - 1);
    const known = timeOfCodes(seed, codes, nowMs, {});
    assert.ok(known !== undefined);
    assert.equal(timeOfCodes(seed, codes, nowMs, known), undefined);
    assert.equal(stepOfCode(seed, codes[1], nowMs, known), undefined);
  });
});

test('a seed has 64 characters of base32, all of its bytes at random', () => {
  const made = newTotpSeed((size) => Uint8Array.from({ length: size }, (_, at) => at * 7));
  assert.match(made, /^[A-Z2-7]{64}$/);
  assert.notEqual(made.slice(0, 32), made.slice(32));
});

test('the address for apps names device, account and seed, and none can break out of its place', () => {
  assert.equal(
    otpauthUri('jane=x@corp,a+b', '111122223333', 'ABCD'),
    'otpauth://totp/jane%3Dx%40corp%2Ca%2Bb@111122223333?secret=ABCD&issuer=Cairn',
  );
});
