// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** An answer in place of the store's own. */
export interface FaultyAnswer {
  readonly status: number;
  readonly body?: string;
}

/**
 * What goes wrong with a request. 'answer lost': it takes effect, and the connection breaks. 'silence': it takes none, and there
 * never is an answer.
 */
export type S3Fault = FaultyAnswer | 'answer lost' | 'silence';

/** An S3 of three operations that does as it is told. Objects by `bucket/key`. */
export class FakeS3 {
  readonly objects = new Map<string, StoredObject>();
  readonly buckets = new Set<string>();
  readonly methods: string[] = [];
  /** Stores of some age ignore `If-None-Match`. */
  knowsConditions = true;
  tellsChecksums = true;
  fault: (method: string) => S3Fault | undefined = () => undefined;
  /** How often a key was stored. */
  readonly puts = new Map<string, number>();
  #server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    this.methods.push(method);
    const fault = this.fault(method);
    if (fault === 'silence') return;
    if (fault !== undefined && fault !== 'answer lost') {
      request.resume();
      return send(response, fault.status, method === 'HEAD' ? '' : (fault.body ?? ''));
    }
    const body = await bodyOf(request).catch(() => undefined);
    // A body that ends early is no upload.
    if (body === undefined) return;
    const answer = this.#serve(method, decodeURIComponent(request.url?.split('?')[0] ?? '').slice(1), {
      bytes: body,
      headers: request.headers,
    });
    if (fault === 'answer lost') request.socket.destroy();
    else send(response, answer.status, method === 'HEAD' ? '' : answer.body, answer.headers);
  }

  #serve(method: string, address: string, given: StoredObject): Answer {
    const bucket = address.split('/')[0] ?? '';
    if (!this.buckets.has(bucket)) return errorAnswer(404, 'NoSuchBucket');
    const there = this.objects.get(address);
    if (method === 'PUT') {
      if (there !== undefined && this.knowsConditions && given.headers['if-none-match'] === '*')
        return errorAnswer(412, 'PreconditionFailed');
      this.objects.set(address, given);
      this.puts.set(address, (this.puts.get(address) ?? 0) + 1);
      const encryption = given.headers['x-amz-server-side-encryption'];
      return {
        status: 200,
        headers: encryption === undefined ? {} : { 'x-amz-server-side-encryption': String(encryption) },
      };
    }
    if (address === bucket || address === `${bucket}/`) return { status: 200 };
    if (there === undefined) return errorAnswer(404, 'NoSuchKey');
    const sha256 = createHash('sha256').update(there.bytes).digest('base64');
    const headers = {
      'content-length': String(there.bytes.length),
      ...(this.tellsChecksums ? { 'x-amz-checksum-sha256': sha256 } : {}),
    };
    return { status: 200, body: there.bytes, headers };
  }
}

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export function errorBody(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} by the test</Message></Error>`;
}

function errorAnswer(status: number, code: string): Answer {
  return { status, body: errorBody(code) };
}

function send(response: ServerResponse, status: number, body: string | Buffer = '', headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
