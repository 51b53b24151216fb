// SPDX-License-Identifier: Apache-2.0
// Oracle: the SDK's own decoder of event streams, which checks both checksums.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { errorMessage, eventMessage, eventOf } from './event-message.js';

const text = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : text.decode(bytes as Uint8Array)),
  (from) => new TextEncoder().encode(from),
);

test('the SDK reads headers and payload', () => {
  const payload = Buffer.from('{"größe":1}\n');
  const { headers, body } = codec.decode(
    eventOf('Records', { type: 'application/octet-stream', bytes: payload }),
  );
  assert.deepEqual(Buffer.from(body), payload);
  assert.deepEqual(
    Object.entries(headers).map(([name, { value }]) => [name, value]),
    [
      [':message-type', 'event'],
      [':event-type', 'Records'],
      [':content-type', 'application/octet-stream'],
    ],
  );
});

test('messages are byte for byte those that the SDK writes', () => {
  const headers = {
    ':message-type': { type: 'string', value: 'event' },
    ':event-type': { type: 'string', value: 'End' },
  } as const;
  assert.deepEqual(eventOf('End'), Buffer.from(codec.encode({ headers, body: new Uint8Array() })));
  const body = Buffer.alloc(70_000, 7);
  const own = { name: { type: 'string', value: 'ü'.repeat(300) } } as const;
  assert.deepEqual(
    eventMessage({ name: 'ü'.repeat(300) }, body),
    Buffer.from(codec.encode({ headers: own, body })),
  );
});

test('an error names its code and says why', () => {
  const { headers } = codec.decode(errorMessage('CastFailed', 'why'));
  assert.deepEqual(
    [headers[':message-type']?.value, headers[':error-code']?.value, headers[':error-message']?.value],
    ['error', 'CastFailed', 'why'],
  );
});
