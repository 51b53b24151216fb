// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 7914, section 12 (test vectors of scrypt; a shorter hash is the beginning of the longer one).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { Passwords, PasswordsBusyError } from './passwords.js';

const cheap = { N: 2, r: 1, p: 1 };
const passwords = () => new Passwords({ randomBytes, cost: cheap });

test('a hash by the RFC is recognised', async () => {
  const salt = Buffer.from('SodiumChloride').toString('base64');
  const hash = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
    'hex',
  ).toString('base64');
  const stored = `scrypt$16384$8$1$${salt}$${hash}`;
  assert.equal(await passwords().matches('pleaseletmein', stored), true);
  assert.equal(await passwords().matches('pleaseletmeIn', stored), false);
});

test('hashes tell their cost and have a salt of their own', async () => {
  const both = [await passwords().hash('same words'), await passwords().hash('same words')];
  assert.notEqual(both[0], both[1]);
  for (const hash of both) {
    assert.match(hash, /^scrypt\$2\$1\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    assert.equal(await passwords().matches('same words', hash), true);
    assert.equal(await passwords().matches('same word', hash), false);
  }
});

test('a new cost leaves the old hashes good', async () => {
  const old = await passwords().hash('old');
  assert.equal(await new Passwords({ randomBytes, cost: { N: 4, r: 1, p: 1 } }).matches('old', old), true);
});

test('passwords of all characters that IAM allows keep apart', async () => {
  const hash = await passwords().hash('pässwörd ÿ\t');
  assert.equal(await passwords().matches('pässwörd ÿ\t', hash), true);
  assert.equal(await passwords().matches('password ÿ\t', hash), false);
});

test('a damaged hash is an error of ours, never a match', async () => {
  const hash = await passwords().hash('x');
  for (const damaged of ['', hash.slice(0, -4), hash.replace('scrypt', 'plain'), 'scrypt$2$1$1$$'])
    await assert.rejects(passwords().matches('x', damaged), /damaged/);
});

describe('many at once', () => {
  test('all are done, and beyond what may wait callers are told to come again', async () => {
    const one = passwords();
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => one.hash('x')));
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    assert.equal(refused.length, 150 - 102);
    assert.ok(refused.every(({ reason }) => reason instanceof PasswordsBusyError));
    // Afterwards there is room again.
    assert.equal(await one.matches('y', await one.hash('y')), true);
  });

  test('an error gives its place back', async () => {
    const one = new Passwords({ randomBytes, cost: { N: 3, r: 1, p: 1 } });
    for (let at = 0; at < 5; at += 1) await assert.rejects(one.hash('x'));
    assert.equal(await one.matchesNobody('x').catch(() => 'refused'), 'refused');
  });
});

test('nobody’s password takes a hash too, and is never right', async () => {
  assert.equal(await passwords().matchesNobody(''), false);
});
