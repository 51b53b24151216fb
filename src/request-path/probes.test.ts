// SPDX-License-Identifier: Apache-2.0
// Oracle: the rule that metrics answer to this machine alone, case by case.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { Metrics } from '../http/metrics.js';
import { clientAddress, parseTrustedProxies } from '../http/trusted-proxies.js';
import type { WireRequest } from '../wire/http.js';
import { Probes } from './probes.js';

function ask(path: string, change: Partial<WireRequest> = {}, reason?: string) {
  const probes = new Probes({ metrics: new Metrics(), unreadyReason: () => reason });
  return probes.answer({
    requestId: 'r',
    method: 'GET',
    rawPath: path,
    rawQuery: '',
    headers: {},
    body: Readable.from([]),
    sourceIp: '127.0.0.1',
    receivedAtMs: 0,
    ...change,
  });
}

describe('probes', () => {
  test('health is that of the process, readiness that of its work', async () => {
    assert.equal((await ask('/healthz', {}, 'the log is full'))?.status, 200);
    assert.equal((await ask('/readyz'))?.status, 200);
    const unready = await ask('/readyz', {}, 'the log is full');
    assert.deepEqual([unready?.status, unready?.body], [503, 'the log is full\n']);
  });

  test("other paths and methods are somebody else's", async () => {
    for (const path of ['/', '/metrics/', '//metrics', '/healthz/x', '/%6detrics'])
      assert.equal(await ask(path), undefined, path);
    assert.equal(await ask('/metrics', { method: 'PUT' }), undefined);
    assert.equal((await ask('/metrics', { method: 'HEAD' }))?.status, 200);
  });
});

describe('metrics', () => {
  const cases: [
    name: string,
    peer: string,
    headers: Record<string, string>,
    trusted: string,
    status: number,
  ][] = [
    ['this machine', '127.0.0.1', {}, '', 200],
    ['this machine, by another of its addresses', '127.8.9.1', {}, '', 200],
    ['this machine, on a dual-stack socket', '::ffff:127.0.0.1', {}, '', 200],
    ['this machine, by IPv6', '::1', {}, '', 200],
    ['another machine', '203.0.113.9', {}, '', 403],
    [
      'another machine that claims to be this one',
      '203.0.113.9',
      { 'x-forwarded-for': '127.0.0.1' },
      '',
      403,
    ],
    [
      'a stranger behind a proxy here that is trusted',
      '127.0.0.1',
      { 'x-forwarded-for': '203.0.113.9' },
      '127.0.0.1',
      403,
    ],
    [
      'a stranger behind a proxy here that nobody told us of',
      '127.0.0.1',
      { 'x-forwarded-for': '203.0.113.9' },
      '',
      403,
    ],
    ['the same, by the standard header', '127.0.0.1', { forwarded: 'for=203.0.113.9' }, '', 403],
    [
      'a machine of a trusted network that claims to be this one',
      '10.0.0.1',
      { 'x-forwarded-for': '127.0.0.1' },
      '10.0.0.0/8',
      403,
    ],
  ];
  for (const [name, peer, headers, trusted, status] of cases) {
    test(`${name}: ${status}`, async () => {
      const sourceIp = clientAddress(peer, headers['x-forwarded-for'], parseTrustedProxies(trusted));
      assert.equal((await ask('/metrics', { sourceIp, headers }))?.status, status);
    });
  }

  test('gauges are read when they are asked for', async () => {
    const metrics = new Metrics();
    let value = 1;
    metrics.gauge('cairn_test', 'a test', () => value);
    assert.match(await metrics.text(), /^cairn_test 1$/m);
    value = 2;
    assert.match(await metrics.text(), /^cairn_test 2$/m);
  });
});
