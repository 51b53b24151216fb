// SPDX-License-Identifier: Apache-2.0
//
// For tests: requests signed by @smithy/signature-v4, the signer of the AWS SDK for JavaScript, as the server would
// receive them.

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { WireRequest } from '../../http.js';

export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface TestRequest {
  readonly method?: string;
  /** As it goes over the wire, percent-encoded. */
  readonly path?: string;
  /** Decoded names and values. */
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

export interface TestSigning {
  readonly credentials: TestCredentials;
  readonly region?: string;
  readonly service: string;
  readonly date: Date;
  /** Presign for so long instead of signing in a header. */
  readonly expiresSeconds?: number;
}

/** What @smithy/signature-v4 asks for as its hash. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

export async function signedRequest(request: TestRequest, signing: TestSigning): Promise<WireRequest> {
  const { credentials, service, date, region = 'us-east-1', expiresSeconds } = signing;
  const isS3 = service === 's3';
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: NodeSha256,
    uriEscapePath: !isS3,
    applyChecksum: isS3,
  });
  const unsigned: HttpRequest = {
    method: request.method ?? 'GET',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: request.path ?? '/',
    query: { ...request.query },
    headers: { host: '127.0.0.1:4577', ...request.headers },
    body: request.body,
  };
  if (expiresSeconds !== undefined && isS3) unsigned.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
  const signed =
    expiresSeconds === undefined
      ? await signer.sign(unsigned, { signingDate: date })
      : await signer.presign(unsigned, { signingDate: date, expiresIn: expiresSeconds });
  return received(signed);
}

/** Header values as Node hands them out: the UTF-8 bytes of the client, one character a byte. */
function received(signed: HttpRequest): WireRequest {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(signed.headers)) {
    headers[name.toLowerCase()] = Buffer.from(value, 'utf8').toString('latin1').trim();
  }
  return testRequest({
    method: signed.method,
    rawPath: signed.path,
    rawQuery: queryString(signed.query ?? {}),
    headers,
    body: Readable.from(signed.body === undefined ? [] : [Buffer.from(signed.body)]),
  });
}

export function testRequest(parts: Partial<WireRequest>): WireRequest {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    method: 'GET',
    rawPath: '/',
    rawQuery: '',
    headers: {},
    body: Readable.from([]),
    sourceIp: '127.0.0.1',
    receivedAtMs: 0,
    ...parts,
  };
}

function queryString(query: NonNullable<HttpRequest['query']>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) {
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(each)}`);
    }
  }
  return parts.join('&');
}
