// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits that the test gives; what one caller holds the next one cannot have.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { WireRequest } from '../wire/http.js';
import { NoRoomError, UnprovenBodies } from './unproven-bodies.js';

function request(headers: Record<string, string>): WireRequest {
  const body = new Readable({ read() {} }).on('error', () => {});
  return {
    requestId: 'r',
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    headers,
    body,
    sourceIp: '203.0.113.9',
    receivedAtMs: 0,
  };
}

const hold = () => new Promise<void>(() => {});

test('holds what bodies declare, together no more than its limit', async () => {
  const bodies = new UnprovenBodies({ bytesMax: 100 });
  void bodies.holding(request({ 'content-length': '60' }), 1_000, hold);
  await assert.rejects(bodies.holding(request({ 'content-length': '50' }), 1_000, hold), NoRoomError);
  await bodies.holding(request({ 'content-length': '40' }), 1_000, async () => {});
  await bodies.holding(request({ 'content-length': '40' }), 1_000, async () => {});
  await assert.rejects(
    bodies.holding(request({ 'content-length': '40' }), 1_000, () => Promise.reject(new Error('gone'))),
    /gone/,
  );
  await bodies.holding(request({ 'content-length': '40' }), 1_000, async () => {});
});

test('a body that says nothing of its length counts as the largest; one that is too large too', async () => {
  const bodies = new UnprovenBodies({ bytesMax: 100 });
  void bodies.holding(request({ 'transfer-encoding': 'chunked' }), 60, hold);
  await assert.rejects(bodies.holding(request({ 'transfer-encoding': 'chunked' }), 60, hold), NoRoomError);
  await assert.rejects(bodies.holding(request({ 'content-length': '9'.repeat(15) }), 60, hold), NoRoomError);
  // No body at all needs no room.
  await bodies.holding(request({}), 60, async () => {});
});

test('a body that takes too long ends, with its connection', async () => {
  const bodies = new UnprovenBodies({ bytesMax: 100, msMax: 20 });
  const slow = request({ 'content-length': '100' });
  const read = () => new Promise<void>((_resolve, reject) => slow.body.once('error', reject));
  await assert.rejects(bodies.holding(slow, 100, read), /takes too long/);
  assert.equal(slow.body.destroyed, true);
  await bodies.holding(request({ 'content-length': '100' }), 100, async () => {});
});
