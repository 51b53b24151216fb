// SPDX-License-Identifier: Apache-2.0
// Oracle: what a token must be: unforgeable, known by its hash alone, and bound to one CSRF token. fast-check prints its seed.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsrfTokens, newSessionToken, parseSessionToken } from './session-tokens.js';

const token = newSessionToken('111122223333', 'AIDAJANE', randomBytes);

test('a token comes back from its cookie', () => {
  assert.deepEqual(parseSessionToken(token.text), token);
  const secret = token.text.split('.')[2] ?? '';
  assert.equal(Buffer.from(secret, 'base64url').length, 32);
  assert.ok(!token.key.includes(secret));
});

test('any other text is another session’s or nobody’s', () => {
  fc.assert(
    fc.property(fc.nat(token.text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      fc.pre(token.text[at] !== letter);
      const altered = token.text.slice(0, at) + letter + token.text.slice(at + 1);
      assert.notEqual(parseSessionToken(altered)?.key, token.key);
    }),
  );
  for (const text of [
    '',
    '..',
    `${token.text}\n`,
    ` ${token.text}`,
    token.text.replace('AIDAJANE', 'A/../B'),
  ])
    assert.equal(parseSessionToken(text), undefined);
});

test('a CSRF token is of one session, under one key', () => {
  const csrfTokens = new CsrfTokens(randomBytes(32));
  const other = newSessionToken('111122223333', 'AIDAJANE', randomBytes);
  assert.ok(csrfTokens.isOf(token, csrfTokens.of(token)));
  for (const wrong of [undefined, '', 'x', csrfTokens.of(other), new CsrfTokens(randomBytes(32)).of(token)])
    assert.ok(!csrfTokens.isOf(token, wrong));
});
