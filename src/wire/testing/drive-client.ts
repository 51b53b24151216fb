// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { buildQueryString, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { WireRequest, WireResponse } from '../http.js';

/** What the tests need of an SDK client, whichever service it is for. */
export interface AnyClient {
  send(command: object): Promise<Record<string, unknown>>;
  readonly middlewareStack: {
    addRelativeTo(
      middleware: unknown,
      options: { relation: 'before'; toMiddleware: string; name: string },
    ): void;
  };
}

export type ClientClass = new (settings: object) => AnyClient;
export type CommandClass = new (input: unknown) => object;

export interface DrivenClient {
  readonly client: AnyClient;
  /** The input as the client's serializer got it, after the client's own middleware. */
  readonly serializedInput: () => unknown;
}

/** A client whose requests go to `answer` instead of the network, unsigned. */
export function driveClient(
  Client: ClientClass,
  answer: (request: WireRequest, body: Uint8Array) => Promise<WireResponse> | WireResponse,
  settings: object = {},
): DrivenClient {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  let serialized: unknown;
  const client = new Client({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:4577',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    signer: { sign: (request: unknown) => Promise.resolve(request) },
    requestHandler: {
      handle: async (request: HttpRequest) => {
        const body = toBytes(request.body);
        return { response: toHttpResponse(await answer(toWireRequest(request, body), body)) };
      },
    },
    ...settings,
  });
  client.middlewareStack.addRelativeTo(
    (next: (args: { input: unknown }) => unknown) => (args: { input: unknown }) => {
      serialized = structuredClone(args.input);
      return next(args);
    },
    { relation: 'before', toMiddleware: 'serializerMiddleware', name: 'seeInput' },
  );
  return { client, serializedInput: () => serialized };
}

function toBytes(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return new Uint8Array(Buffer.from(body, 'utf8'));
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new TypeError('the client gave a body that is neither text nor bytes');
}

export function toWireRequest(request: HttpRequest, body: Uint8Array): WireRequest {
  return {
    requestId: '2f6d1b7e-0000-4000-8000-00000000abcd',
    method: request.method,
    rawPath: request.path,
    rawQuery: buildQueryString(request.query),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name.toLowerCase(),
        Buffer.from(value).toString('latin1'),
      ]),
    ),
    body: Readable.from([body]),
    sourceIp: '127.0.0.1',
    receivedAtMs: 0,
  };
}

function toHttpResponse(response: WireResponse): HttpResponse {
  const { body = '' } = response;
  return new HttpResponse({
    statusCode: response.status,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: body instanceof Readable ? body : Readable.from([Buffer.from(body as Uint8Array)]),
  });
}
