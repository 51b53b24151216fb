// SPDX-License-Identifier: Apache-2.0
// Oracle: who may make accounts (the root key of the main account, nobody else), and what the route says it takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RootPrincipal, SignedPrincipal, UserPrincipal } from '../identity/principal.js';
import { StandaloneAccountError, type WantedAccount } from '../identity/standalone-account.js';
import { fakeCall } from '../services/testing/call.js';
import { WireError } from '../wire/wire-error.js';
import { accountRoutes } from './account-routes.js';

const main = '111111111111';
const wanted = { name: 'B', email: 'b@example.com' };
const root: RootPrincipal = { kind: 'root', accountId: main, accessKeyId: 'AKIDEXAMPLE' };
const admin: UserPrincipal = {
  kind: 'user',
  accountId: main,
  userName: 'admin',
  userId: 'AIDAADMIN',
  arn: `arn:aws:iam::${main}:user/admin`,
  accessKeyId: 'AKIDADMIN',
};
const session: NonNullable<RootPrincipal['session']> = {
  issuedAtMs: 0,
  expiresAtMs: 1,
  tags: {},
  transitiveTagKeys: [],
  policies: [],
  policyArns: [],
};

async function answer(body: unknown, principal: SignedPrincipal = root, fault?: Error) {
  const made: WantedAccount[] = [];
  const routes = accountRoutes({
    root: { accountId: main },
    createAccount: async (asked) => {
      made.push(asked);
      if (fault !== undefined) throw fault;
      return { accountId: '222222222222', secretAccessKey: 'must not be answered' };
    },
  });
  const route = routes.get('POST /cairn/v1/accounts');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    const wire = fakeCall().request;
    const request = { query: new Map(), body: Buffer.from(text), principal, region: 'us-east-1', wire };
    return { answer: await route?.({ ...request, authorize: () => {} }), made };
  } catch (error) {
    assert.ok(error instanceof WireError);
    return { refused: error.code, status: error.status, made };
  }
}

test('the answer has the account and no secret', async () => {
  assert.deepEqual(await answer(wanted), { answer: { accountId: '222222222222' }, made: [wanted] });
});
for (const [who, principal] of [
  ['the root of another account', { ...root, accountId: '222222222222' }],
  ['a session of the main root', { ...root, session }],
  ['a user of the main account who may do everything', admin],
] as const)
  test(`${who}: refused`, async () => {
    assert.deepEqual(await answer(wanted, principal), { refused: 'AccessDenied', status: 403, made: [] });
  });
for (const body of [
  '',
  '[]',
  'null',
  '{"name":1,"email":"b@example.com"}',
  '{"name":"B","email":"b@example.com","accountId":5}',
])
  test(`refused: ${body || 'nothing'}`, async () => {
    assert.deepEqual(await answer(body), { refused: 'ValidationException', status: 400, made: [] });
  });
test('what is taken is a conflict', async () => {
  const { refused, status } = await answer(wanted, root, new StandaloneAccountError('taken', 'taken'));
  assert.deepEqual([refused, status], ['EntityAlreadyExists', 409]);
});
