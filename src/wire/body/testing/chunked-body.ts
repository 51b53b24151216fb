// SPDX-License-Identifier: Apache-2.0
//
// For tests: aws-chunked bodies, built and signed apart from the decoder, from the formulas of the S3 API Reference
// ("Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks").

import { createHash, createHmac } from 'node:crypto';

export interface ChunkSigning {
  readonly secret: string;
  /** `20130524T000000Z` */
  readonly amzDate: string;
  readonly region: string;
  readonly seed: string;
}

export interface ChunkedParts {
  readonly chunks: readonly Buffer[];
  readonly signing?: ChunkSigning;
  readonly trailers?: readonly (readonly [name: string, value: string])[];
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export interface ChunkedBody {
  readonly body: Buffer;
  /** The signature of each chunk, the empty one included, then the trailer's. */
  readonly signatures: readonly string[];
}

export function chunkedBody({ chunks, signing, trailers }: ChunkedParts): ChunkedBody {
  const parts: Buffer[] = [];
  const signatures: string[] = [];
  let previous = signing?.seed ?? '';
  const signed = (algorithm: string, hashes: string) => {
    if (signing === undefined) return '';
    const { secret, amzDate, region } = signing;
    const day = amzDate.slice(0, 8);
    const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');
    const text = [algorithm, amzDate, `${day}/${region}/s3/aws4_request`, previous, hashes].join('\n');
    previous = hmac(key, text).toString('hex');
    signatures.push(previous);
    return previous;
  };
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    const signature = signed('AWS4-HMAC-SHA256-PAYLOAD', `${sha256('')}\n${sha256(chunk)}`);
    const extension = signing === undefined ? '' : `;chunk-signature=${signature}`;
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk);
    if (chunk.length > 0) parts.push(Buffer.from('\r\n'));
  }
  for (const [name, value] of trailers ?? []) parts.push(Buffer.from(`${name}:${value}\r\n`));
  if (trailers !== undefined && signing !== undefined) {
    const lines = trailers.map(([name, value]) => `${name}:${value}\n`).join('');
    const signature = signed('AWS4-HMAC-SHA256-TRAILER', sha256(lines));
    parts.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
  }
  parts.push(Buffer.from('\r\n'));
  return { body: Buffer.concat(parts), signatures };
}
