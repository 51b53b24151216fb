// SPDX-License-Identifier: Apache-2.0
import { type Readable, Transform } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

/** S3's answers but for objects are some hundred bytes of XML. A longer one is no S3's, and is not taken into memory. */
const answerBytesMax = 1024 * 1024;

/** The client collects each answer whole, however long: a store, or whoever stands in its place, could fill our memory. */
export function boundAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        const response = result.response as { readonly statusCode: number; body?: Readable };
        const isObject = commandName === 'GetObjectCommand' && response.statusCode < 300;
        if (response.body !== undefined && !isObject) response.body = bounded(response.body);
        return result;
      },
    // Behind the client's own reader of answers, so in front of it for what comes back.
    { step: 'deserialize', priority: 'low', name: 'boundedAnswers' },
  );
}

function bounded(body: Readable): Readable {
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= answerBytesMax) done(null, chunk);
      else done(new Error(`the answer has more than ${answerBytesMax} bytes`));
    },
  });
  limit.on('close', () => body.destroy());
  body.on('error', (error) => limit.destroy(error));
  return body.pipe(limit);
}
