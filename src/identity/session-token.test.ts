// SPDX-License-Identifier: Apache-2.0
// Oracle: whoever did not get a token from these very keys gets nothing, whatever bytes he sends; what was sealed comes back.
import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import type { SessionFacts } from './principal.js';
import {
  type SessionSubject,
  SessionTokens,
  SessionTokenTooLargeError,
  tokenCharsMax,
} from './session-token.js';

const key = randomBytes(32);
const tokens = new SessionTokens(key);
const facts: SessionFacts = {
  issuedAtMs: 1_000,
  expiresAtMs: 3_601_000,
  tags: { Project: 'Automation' },
  transitiveTagKeys: ['Project'],
  policies: ['{"Version":"2012-10-17","Statement":[]}'],
  policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
};
const subject = (accountId = '111122223333', session = facts): SessionSubject => ({
  kind: 'assumedRole',
  accountId,
  roleName: 'reader',
  roleId: 'AROAEXAMPLEEXAMPLE234',
  roleArn: `arn:aws:iam::${accountId}:role/reader`,
  sessionName: 'audit',
  session,
});

describe('temporary credentials', () => {
  test('have the forms of AWS and come back whole, also from another process with the same master key', () => {
    const given = tokens.issue(subject());
    assert.match(given.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.match(given.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
    const wanted = {
      secret: given.secretAccessKey,
      principal: { ...subject(), accessKeyId: given.accessKeyId },
    };
    for (const opener of [tokens, tokens, new SessionTokens(key)]) {
      assert.deepEqual(opener.open(given.accessKeyId, given.sessionToken), wanted);
    }
  });

  test('are never the same twice', () => {
    const two = [tokens.issue(subject()), tokens.issue(subject())];
    for (const member of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const)
      assert.notEqual(two[0]?.[member], two[1]?.[member]);
  });

  test('show neither secret nor names in the token', () => {
    const { sessionToken, secretAccessKey } = tokens.issue(subject());
    const bytes = Buffer.from(sessionToken, 'base64url');
    for (const text of ['reader', 'Automation', secretAccessKey]) assert.ok(!bytes.includes(text));
    assert.ok(!bytes.includes(Buffer.from(secretAccessKey, 'base64')));
  });
});

describe('a token that was tampered with names nobody', () => {
  const given = tokens.issue(subject());
  const bytes = Buffer.from(given.sessionToken, 'base64url');

  test('in any single bit', () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(tokens.open(given.accessKeyId, changed.toString('base64url')), undefined, `bit ${bit}`);
    }
  });

  test('in any single character, those that base64 does not look at too', () => {
    for (let at = 0; at < given.sessionToken.length; at += 1) {
      for (const other of ['A', 'B', '=', ' ', '+']) {
        if (given.sessionToken[at] === other) continue;
        const changed = given.sessionToken.slice(0, at) + other + given.sessionToken.slice(at + 1);
        assert.equal(tokens.open(given.accessKeyId, changed), undefined, `${other} at ${at}`);
      }
    }
  });

  test('cut short, or with something behind it', () => {
    for (let length = 0; length < given.sessionToken.length; length += 1)
      assert.equal(tokens.open(given.accessKeyId, given.sessionToken.slice(0, length)), undefined);
    for (const more of ['A', '=', '\n', given.sessionToken])
      assert.equal(tokens.open(given.accessKeyId, given.sessionToken + more), undefined);
  });

  test('by being any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        assert.equal(tokens.open(given.accessKeyId, text), undefined);
      }),
      { numRuns: 500, verbose: 1 },
    );
  });
});

describe('a token of somebody else names nobody', () => {
  const mine = tokens.issue(subject());
  const theirs = tokens.issue(subject('444455556666'));

  test('with the key id of another session, of another account, of a long-lived key', () => {
    for (const accessKeyId of [
      theirs.accessKeyId,
      tokens.issue(subject()).accessKeyId,
      'AKIAIOSFODNN7EXAMPLE',
    ])
      assert.equal(tokens.open(accessKeyId, mine.sessionToken), undefined);
    assert.equal(tokens.open(mine.accessKeyId, theirs.sessionToken), undefined);
  });

  test('also after both are known', () => {
    for (const { accessKeyId, sessionToken } of [mine, theirs]) tokens.open(accessKeyId, sessionToken);
    assert.equal(tokens.open(mine.accessKeyId, theirs.sessionToken), undefined);
    assert.notEqual(tokens.open(mine.accessKeyId, mine.sessionToken), undefined);
  });

  test('sealed by another server', () => {
    const foreign = new SessionTokens(randomBytes(32)).issue(subject());
    assert.equal(tokens.open(foreign.accessKeyId, foreign.sessionToken), undefined);
  });

  test('of a later version, though sealed under the right key', () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`2|${mine.accessKeyId}`));
    const plain = Buffer.concat([randomBytes(30), deflateRawSync(JSON.stringify(subject()))]);
    const sealed = Buffer.concat([
      Buffer.of(2),
      iv,
      cipher.update(plain),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    assert.equal(tokens.open(mine.accessKeyId, sealed.toString('base64url')), undefined);
  });
});

describe('room', () => {
  test('a huge token is not looked at', () => {
    const { accessKeyId } = tokens.issue(subject());
    assert.equal(tokens.open(accessKeyId, 'A'.repeat(10_000_000)), undefined);
  });

  test('a session that does not fit is refused when it is made', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, () => [randomBytes(90).toString('hex'), randomBytes(120).toString('hex')]),
    );
    assert.throws(() => tokens.issue(subject('111122223333', { ...facts, tags })), SessionTokenTooLargeError);
  });

  test('one that would blow up from a small token is refused when it is made', () => {
    const policies = ['a'.repeat(1_000_000)];
    assert.throws(
      () => tokens.issue(subject('111122223333', { ...facts, policies })),
      SessionTokenTooLargeError,
    );
  });

  test('the largest that AWS allows of one kind fits: a policy of 2,048 characters that nothing compresses', () => {
    const policies = [randomBytes(1_536).toString('base64')];
    assert.equal(policies[0]?.length, 2_048);
    const { sessionToken } = tokens.issue(subject('111122223333', { ...facts, policies }));
    assert.ok(sessionToken.length <= tokenCharsMax);
  });

  test('more sessions than are remembered still open', () => {
    const many = Array.from({ length: 4_200 }, () => tokens.issue(subject()));
    for (const { accessKeyId, sessionToken } of many) tokens.open(accessKeyId, sessionToken);
    for (const { accessKeyId, sessionToken, secretAccessKey } of [many[0]!, many[4_199]!])
      assert.equal(tokens.open(accessKeyId, sessionToken)?.secret, secretAccessKey);
  });
});
