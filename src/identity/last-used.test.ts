// SPDX-License-Identifier: Apache-2.0
// Oracle: the documents in state after a flush; IAM API Reference, "AccessKeyLastUsed" (what is reported).
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type CallEntry, LogFullError, type Position } from '../ports/event-log.js';
import { silentLog } from '../ports/operator-log.js';
import type { Revision } from '../ports/state-store.js';
import { accessKeyKey } from './access-keys.js';
import { accessKeyLastUsedKey, roleKey, roleLastUsedKey } from './iam-documents.js';
import { LastUsed } from './last-used.js';
import type { SessionFacts, SignedPrincipal } from './principal.js';

const accountId = '111122223333';
const running: LastUsed[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

function scene() {
  const state = new Map<string, unknown>();
  const entries: CallEntry[] = [];
  const faults: Error[] = [];
  const lastUsed = new LastUsed({
    log: silentLog,
    stateStore: {
      get: <T>(key: string) =>
        state.has(key) ? { key, value: state.get(key) as T, revision: '' as Revision } : undefined,
    },
    eventLog: {
      append: (entry) => {
        const fault = faults.shift();
        if (fault !== undefined) return Promise.reject(fault);
        assert.equal(entry.kind, 'call');
        entries.push(entry as CallEntry);
        for (const { key, value } of (entry as CallEntry).changes) state.set(key, value);
        return Promise.resolve('' as Position);
      },
    },
  });
  running.push(lastUsed);
  return { state, entries, faults, lastUsed };
}

const key = (accessKeyId: string): SignedPrincipal => ({ kind: 'root', accountId, accessKeyId });
const session: SessionFacts = {
  issuedAtMs: 0,
  expiresAtMs: 1,
  tags: {},
  transitiveTagKeys: [],
  policies: [],
  policyArns: [],
};
const role: SignedPrincipal = {
  kind: 'assumedRole',
  accountId,
  roleName: 'Reader',
  roleId: 'AROAIDPPEZS35WEXAMPLE',
  roleArn: `arn:aws:iam::${accountId}:role/Reader`,
  sessionName: 'audit',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  session,
};

describe('last use', () => {
  test('of keys and roles is written without a record', async () => {
    const { state, entries, lastUsed } = scene();
    state.set(accessKeyKey('AKIAIOSFODNN7EXAMPLE'), {});
    state.set(roleKey(accountId, 'Reader'), {});
    lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'us-east-1', 's3', 1_000);
    lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'eu-west-1', 'sts', 2_000);
    lastUsed.note(role, 'us-west-2', 'kms', 3_000);
    await lastUsed.flush();
    assert.deepEqual(state.get(accessKeyLastUsedKey('AKIAIOSFODNN7EXAMPLE')), {
      atMs: 2_000,
      region: 'eu-west-1',
      serviceName: 'sts',
    });
    assert.deepEqual(state.get(roleLastUsedKey(accountId, 'Reader')), {
      atMs: 3_000,
      region: 'us-west-2',
      serviceName: 'kms',
    });
    assert.equal(entries.length, 1);
    assert.deepEqual(entries[0]?.records, []);
  });

  test('that is none leaves the log at rest', async () => {
    const { state, entries, lastUsed } = scene();
    state.set(accessKeyKey('AKIAIOSFODNN7EXAMPLE'), {});
    await lastUsed.flush();
    lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'us-east-1', 's3', 1_000);
    await lastUsed.flush();
    await lastUsed.flush();
    assert.equal(entries.length, 1);
  });

  test('that goes on in the same way is written once a minute', async () => {
    const { state, entries, lastUsed } = scene();
    state.set(accessKeyKey('AKIAIOSFODNN7EXAMPLE'), {});
    for (let second = 0; second <= 120; second += 10) {
      lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'us-east-1', 's3', second * 1_000);
      await lastUsed.flush();
    }
    assert.deepEqual(
      entries.flatMap(({ changes }) => changes.map(({ value }) => (value as { atMs: number }).atMs)),
      [0, 60_000, 120_000],
    );
  });

  test('of what is gone, and of users’ sessions, is not written', async () => {
    const { state, entries, lastUsed } = scene();
    lastUsed.note(key('AKIAGONE777777777777'), 'us-east-1', 's3', 1_000);
    state.set(accessKeyKey('ASIAIOSFODNN7EXAMPLE'), {});
    lastUsed.note(
      { kind: 'root', accountId, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', session },
      'us-east-1',
      's3',
      1_000,
    );
    await lastUsed.flush();
    assert.deepEqual(entries, []);
  });

  test('that the log has no room for is dropped, and noted again', async () => {
    const { state, entries, faults, lastUsed } = scene();
    state.set(accessKeyKey('AKIAIOSFODNN7EXAMPLE'), {});
    faults.push(new LogFullError('full'));
    lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'us-east-1', 's3', 1_000);
    await lastUsed.flush();
    assert.deepEqual(entries, []);
    lastUsed.note(key('AKIAIOSFODNN7EXAMPLE'), 'us-east-1', 's3', 2_000);
    await lastUsed.stop();
    assert.equal(entries.length, 1);
  });

  test('of more keys than are noted at once is bounded, in entries that are bounded too', async () => {
    const { state, entries, lastUsed } = scene();
    for (let n = 0; n < 10_050; n += 1) {
      const id = `AKIA${String(n).padStart(16, '0')}`;
      state.set(accessKeyKey(id), {});
      lastUsed.note(key(id), 'us-east-1', 's3', 1_000);
    }
    await lastUsed.flush();
    const sizes = entries.map(({ changes }) => changes.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      10_000,
    );
    assert.ok(Math.max(...sizes) <= 500);
  });
});
