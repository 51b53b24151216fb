// SPDX-License-Identifier: Apache-2.0
// Oracle: what is asked for and what the state holds then; a key that the file has and the log has not does no harm, the
// reverse is a key that nobody can read.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { EventLog, LogEntry } from '../ports/event-log.js';
import type { Revision } from '../ports/state-store.js';
import type { RootKey } from './first-start.js';
import { SecretBox } from './secret-box.js';
import { createStandaloneAccount, StandaloneAccountError, type WantedAccount } from './standalone-account.js';

function scene(known: readonly string[] = []) {
  const steps: string[] = [];
  const entries: LogEntry[] = [];
  const kept: RootKey[] = [];
  const secretBox = new SecretBox(randomBytes(32));
  const create = (wanted: WantedAccount) =>
    createStandaloneAccount(wanted, {
      eventLog: {
        append: async (entry: LogEntry) => {
          steps.push('append');
          entries.push(entry);
        },
      } as unknown as EventLog,
      stateStore: {
        get: <T>(key: string) =>
          known.includes(key) ? { key, value: {} as T, revision: '' as Revision } : undefined,
        list: () => [],
        watch: () => () => {},
      },
      secretBox,
      nowMs: 0,
      random: (length, alphabet) => (alphabet[1] as string).repeat(length),
      newId: () => 'event',
      mainAccountId: '111111111111',
      keep: (key) => {
        steps.push('keep');
        kept.push(key);
      },
    });
  return { create, steps, entries, kept };
}

describe('an account of the operator', () => {
  test('has a key that is on disk before it works, and sealed in the log', async () => {
    const { create, steps, entries, kept } = scene();
    const key = await create({ name: 'B', email: 'b@example.com' });
    assert.deepEqual(steps, ['keep', 'append']);
    assert.deepEqual(kept, [key]);
    assert.match(key.accountId, /^\d{12}$/);
    assert.ok(!JSON.stringify(entries).includes(key.secretAccessKey));
    const [entry] = entries;
    assert.ok(entry?.kind === 'call' && entry.changes.every(({ expected }) => expected === null));
    const record = JSON.parse(entry.records[0]?.json ?? '');
    assert.deepEqual([record.recipientAccountId, record.eventName], ['111111111111', 'CreateAccount']);
    assert.deepEqual(record.serviceEventDetails, { accountId: key.accountId, accountName: '****' });
  });
  for (const [what, wanted, reason] of [
    ['no name', { name: '', email: 'b@example.com' }, 'invalid'],
    ['no address', { name: 'B', email: 'b' }, 'invalid'],
    ['no id', { name: 'B', email: 'b@example.com', accountId: '../../x' }, 'invalid'],
    ['an address that is taken, in any case', { name: 'B', email: 'A@example.com' }, 'taken'],
    ['an id that is taken', { name: 'B', email: 'b@example.com', accountId: '222222222222' }, 'taken'],
  ] as const)
    test(`refused, and nothing is kept: ${what}`, async () => {
      const { create, steps } = scene(['account-email/a@example.com', 'account/222222222222']);
      await assert.rejects(
        create(wanted),
        (error) => error instanceof StandaloneAccountError && error.reason === reason,
      );
      assert.deepEqual(steps, []);
    });
});
