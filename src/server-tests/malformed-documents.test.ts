// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's codes for what cannot be read (the protocols' SerializationException, MalformedXML, InvalidURI, …), and what AttackedServer holds to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AttackedServer, assertAnswer, describeTrails, identity, listBuckets } from './attacked-server.js';
import { httpText, rawExchange } from './raw-socket.js';
import { type RequestToSign, signed } from './signed-request.js';

const server = new AttackedServer();

describe('documents that are none', () => {
  const json = (body: string | Uint8Array): RequestToSign => ({ ...describeTrails, body });
  const form = (body: string | Uint8Array): RequestToSign => ({ ...identity, body });
  const xml = (body: string | Uint8Array): RequestToSign => ({
    service: 's3',
    method: 'PUT',
    path: '/attacked?tagging=',
    body,
  });
  const malformed: [name: string, request: RequestToSign, status: number, code: string][] = [
    ['JSON that ends early', json('{"a'), 400, 'SerializationException'],
    ['JSON of another kind', json('[1]'), 400, 'SerializationException'],
    ['JSON that is no UTF-8', json(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'SerializationException'],
    ['100,000 brackets', json('['.repeat(100_000)), 400, 'SerializationException'],
    ['100,000 objects in each other', json('{"a":'.repeat(100_000)), 400, 'SerializationException'],
    [
      '100,000 brackets in a member',
      json(`{"trailNameList":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      400,
      'SerializationException',
    ],
    ['a list where a text belongs', json('{"trailNameList":"x"}'), 400, 'SerializationException'],
    [
      'a form with a bad percent sign',
      form('Action=GetCallerIdentity&Version=2011-06-15&x=%zz'),
      404,
      'MalformedQueryString',
    ],
    [
      'a form that is no UTF-8',
      form(Buffer.from('Action=GetCallerIdentity&x=%ff')),
      404,
      'MalformedQueryString',
    ],
    ['a form with no action', form('x=1'), 400, 'MissingAction'],
    ['XML that ends early', xml('<Tagging><TagSet>'), 400, 'MalformedXML'],
    ['XML with an entity', xml('<!DOCTYPE a [<!ENTITY x "y">]><Tagging>&x;</Tagging>'), 400, 'MalformedXML'],
    ['100,000 elements in each other', xml('<a>'.repeat(100_000)), 400, 'MalformedXML'],
    ['XML that is no UTF-8', xml(Buffer.from([0x3c, 0xff, 0x3e])), 400, 'MalformedXML'],
    ['a path that is no UTF-8', { ...listBuckets, path: '/attacked/%FF%FE' }, 400, 'InvalidURI'],
    [
      'a query that is no UTF-8',
      { ...listBuckets, path: '/attacked?list-type=2&prefix=%FF' },
      400,
      'InvalidURI',
    ],
  ];
  for (const [name, request, status, code] of malformed) {
    test(name, async () => assertAnswer(await server.client.call(request), status, code));
  }

  test('a path with a bad percent sign', async () => {
    // Its canonical form is that of the path that encodes the sign.
    const encoded = signed(server.client.host, { ...listBuckets, path: '/attacked/%25zz' });
    assertAnswer(await server.client.send({ ...encoded, path: '/attacked/%zz' }), 400, 'InvalidURI');
  });

  test('a body over the limit is refused, with a length and without', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1);
    assertAnswer(await server.client.call(json(large)), 413, 'RequestEntityTooLargeException');
    const whole = signed(server.client.host, json(large));
    const head = httpText('POST', '/', { ...whole.headers, 'transfer-encoding': 'chunked' });
    const answer = await rawExchange(server.url, head, {
      send: (socket) => {
        for (let i = 0; i < 40; i += 1) socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
      },
    });
    assert.deepEqual([answer.statuses, answer.closed], [[413], true]);
  });

  test('a chunked body within the limit is taken', async () => {
    const whole = signed(server.client.host, identity);
    const head = httpText('POST', '/', { ...whole.headers, 'transfer-encoding': 'chunked' });
    const size = whole.body.length.toString(16);
    const answer = await rawExchange(server.url, `${head}${size}\r\n${whole.body.toString()}\r\n0\r\n\r\n`, {
      answers: 1,
    });
    assert.deepEqual(answer.statuses, [200], answer.text);
  });
});
