// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';

/** Only streaming members take a body as a stream; whoever routes a request asks `hasStreamingInput` first. */
export function inMemory(body: Uint8Array | Readable): Uint8Array {
  if (body instanceof Readable) throw new TypeError('this operation needs its body in memory');
  return body;
}
