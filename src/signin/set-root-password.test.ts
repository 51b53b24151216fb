// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "AWS Management Console sign-in events" (root user, password changed); IAM User Guide,
// "Set an account password policy for IAM users" (default policy); one account an e-mail address.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type AccountDocument, accountEmailKey, accountKey } from '../identity/account-documents.js';
import { Passwords } from '../identity/passwords.js';
import type { SignedPrincipal } from '../identity/principal.js';
import type { OwnRequest } from '../request-path/own-api.js';
import {
  type RootPasswordRoutesDependencies,
  rootPasswordRoutes,
} from '../request-path/signin/root-password-routes.js';
import { MemoryStores, nowMs } from '../request-path/testing/scene.js';
import { setRootPassword } from './set-root-password.js';
import { SigninError } from './signin-error.js';

const [main, other] = ['111122223333', '444455556666'];
const password = 'Str0ng!pass';

function scene() {
  const stores = new MemoryStores();
  for (const accountId of [main, other])
    stores.put(accountKey(accountId), { accountId, createdAtMs: 0, alias: 'a' });
  const passwords = new Passwords({ randomBytes, cost: { N: 16, r: 1, p: 1 } });
  const { eventLog, stateStore } = stores;
  const deps = { eventLog, stateStore, passwords, newId: () => 'id', now: () => nowMs };
  const set = (wanted: object = {}) =>
    setRootPassword({ accountId: main, email: 'owner@example.com', password, ...wanted }, deps);
  return { stores, set, passwords };
}

const isRefused = (code: string) => (error: unknown) => error instanceof SigninError && error.code === code;

test('an account gets an address and a password, and its history tells of it', async () => {
  const { stores, set, passwords } = scene();
  await set();
  const { rootPasswordHash = '', ...account } =
    stores.stateStore.get<AccountDocument>(accountKey(main))?.value ?? ({} as AccountDocument);
  assert.deepEqual(account, { accountId: main, createdAtMs: 0, alias: 'a', email: 'owner@example.com' });
  assert.ok(await passwords.matches(password, rootPasswordHash));
  const [record] = stores.records;
  assert.deepEqual(
    [record?.eventSource, record?.eventName, record?.eventType, record?.responseElements, record?.awsRegion],
    [
      'signin.amazonaws.com',
      'PasswordUpdated',
      'AwsConsoleSignIn',
      { PasswordUpdated: 'Success' },
      'us-east-1',
    ],
  );
  assert.ok(!JSON.stringify(stores.entries).includes(password));
});

test('an address is one account’s, in any case, and is free again once the account has another', async () => {
  const { stores, set } = scene();
  await set();
  await assert.rejects(
    set({ accountId: other, email: 'OWNER@example.com' }),
    isRefused('EntityAlreadyExists'),
  );
  await set({ email: 'Owner@example.com' });
  await set({ email: 'new@example.com' });
  await set({ accountId: other });
  assert.deepEqual(stores.stateStore.get(accountEmailKey('owner@example.com'))?.value, { accountId: other });
  assert.deepEqual(stores.stateStore.get(accountEmailKey('new@example.com'))?.value, { accountId: main });
});

test('what cannot be is refused, and nothing is written', async () => {
  const { stores, set } = scene();
  await assert.rejects(set({ email: 'nonsense' }), isRefused('ValidationError'));
  await assert.rejects(set({ accountId: '999999999999' }), isRefused('ValidationError'));
  for (const weak of ['short1!', 'alllowercase', 'Snowman☃1!', 'Aa1!'.repeat(33), 'Owner@example.com'])
    await assert.rejects(set({ password: weak }), isRefused('PasswordPolicyViolation'), weak);
  assert.deepEqual(stores.entries, []);
});

test('only the main account’s own root key may ask for it', async () => {
  const asked: object[] = [];
  const deps: RootPasswordRoutesDependencies = {
    root: { accountId: main },
    setRootPassword: async (wanted) => void asked.push(wanted),
  };
  const route = rootPasswordRoutes(deps).get('POST /cairn/v1/root-password');
  const body = Buffer.from(JSON.stringify({ email: 'owner@example.com', password }));
  const ask = (principal: object, sent = body) =>
    route?.({ body: sent, principal: principal as SignedPrincipal } as Partial<OwnRequest> as OwnRequest);
  const root = { kind: 'root', accountId: main, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  for (const principal of [
    { ...root, accountId: other },
    { ...root, session: {} },
    { ...root, kind: 'user' },
    { ...root, kind: 'assumedRole' },
  ])
    await assert.rejects(async () => ask(principal), { code: 'AccessDenied' });
  for (const broken of ['{"password":"hush', '{}', '{"email":1}'])
    await assert.rejects(
      async () => ask(root, Buffer.from(broken)),
      (error: Error) => !error.message.includes('hush'),
    );
  assert.deepEqual(asked, []);
  await ask(root);
  assert.deepEqual(asked, [{ accountId: main, email: 'owner@example.com', password }]);
});
