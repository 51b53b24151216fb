// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract at OwnApi: signed by the root's key or refused and noted; the body is read for nobody else.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { WireError } from '../wire/wire-error.js';
import { OwnApi, type OwnRequest, type OwnRoute } from './own-api.js';
import {
  authenticatorOf,
  dependencies,
  MemoryStores,
  putUser,
  signedRequest,
  userAccessKeyId,
  wireRequest,
} from './testing/scene.js';

function scene() {
  const stores = new MemoryStores();
  const { clock, log, errors } = dependencies(stores);
  const refused: string[] = [];
  const seen: OwnRequest[] = [];
  const api = new OwnApi({
    authenticator: authenticatorOf(stores),
    clock,
    log,
    stateStore: stores.stateStore,
    onRefused: (_request, code) => refused.push(code),
    routes: new Map<string, OwnRoute>([
      ['POST /cairn/v1/echo', async (request: OwnRequest) => seen.push(request)],
      [
        'POST /cairn/v1/guarded',
        async ({ authorize }) => authorize({ action: 'cloudtrail:LookupEvents', resource: '*' }) ?? {},
      ],
      ['POST /cairn/v1/refuse', () => Promise.reject(new WireError('Nope', 'not now', { status: 409 }))],
      ['POST /cairn/v1/break', () => Promise.reject(new Error('hunter2'))],
    ]),
  });
  const post = async (path: string, change: object = {}, altered: object = {}) => {
    const request = wireRequest(signedRequest({ service: 'cairn', path, body: 'hello', ...change }));
    const answer = await api.answer({ ...request, ...altered });
    return { status: answer.status, document: JSON.parse(String(answer.body)) as { code?: string } };
  };
  return { stores, post, refused, seen, errors };
}

test('a signed call gets its route, with query and body', async () => {
  const { post, seen, refused } = scene();
  assert.equal((await post('/cairn/v1/echo?a=b%20c')).status, 200);
  const [request] = seen;
  assert.deepEqual([request?.body.toString(), request?.query.get('a')], ['hello', 'b c']);
  assert.deepEqual([request?.principal.kind, request?.region, refused], ['root', 'us-east-1', []]);
});

test('everybody else is refused and noted, before the body is read', async () => {
  const cases: [change: object, altered: object, code: string][] = [
    [{ secretAccessKey: 'guessed' }, {}, 'InvalidSignatureException'],
    [{ accessKeyId: 'AKIANOBODYHASTHISKEY' }, {}, 'UnrecognizedClientException'],
    [{}, { headers: {} }, 'MissingAuthenticationTokenException'],
    [{}, { headers: { authorization: 'Bearer x' } }, 'IncompleteSignatureException'],
    [{ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, {}, 'IncompleteSignatureException'],
    [{ service: 'cloudtrail' }, {}, 'InvalidSignatureException'],
  ];
  for (const [change, altered, code] of cases) {
    const { post, refused, seen } = scene();
    let isRead = false;
    const body = new Readable({
      read() {
        isRead = true;
        this.push(null);
      },
    });
    const { status, document } = await post('/cairn/v1/echo', change, { body, ...altered });
    assert.deepEqual([document.code, refused, seen.length], [code, [code], 0]);
    assert.ok(status >= 400 && status < 500 && !isRead, code);
  }
});

test('a body that is not the signed one is refused', async () => {
  const { post, refused, seen } = scene();
  const { status } = await post('/cairn/v1/echo', {}, { body: Readable.from([Buffer.from('hullo')]) });
  assert.deepEqual([status, refused, seen.length], [403, ['InvalidSignatureException'], 0]);
});

test('a body that breaks off is refused', async () => {
  const { post, seen } = scene();
  const body = new Readable({
    read() {
      this.destroy(new Error('gone'));
    },
  });
  assert.equal((await post('/cairn/v1/echo', {}, { body })).status, 400);
  assert.equal(seen.length, 0);
});

test("no such route, a refusal in the route's words, and a fault of ours without any", async () => {
  const { post, errors } = scene();
  assert.deepEqual(await post('/cairn/v1/nothing').then(({ status, document }) => [status, document.code]), [
    404,
    'UnknownOperation',
  ]);
  assert.deepEqual(await post('/cairn/v1/refuse'), {
    status: 409,
    document: { code: 'Nope', message: 'not now' },
  });
  const { status, document } = await post('/cairn/v1/break');
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(document), /hunter2/);
  assert.equal(errors.length, 1);
});

test('a user without policies may nothing; what his policies allow he may', async () => {
  const { post, stores } = scene();
  const byUser = { accessKeyId: userAccessKeyId };
  putUser(stores, 'jane');
  const { status, document } = await post('/cairn/v1/guarded', byUser);
  assert.deepEqual([status, document.code], [403, 'AccessDeniedException']);
  putUser(stores, 'jane', { Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' });
  assert.equal((await post('/cairn/v1/guarded', byUser)).status, 200);
  putUser(stores, 'jane', { Effect: 'Allow', Action: 'cairn:*', Resource: '*' });
  assert.equal((await post('/cairn/v1/guarded', byUser)).status, 403);
});
