// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, BlockList } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../ports/clock.js';
import type { TlsFacts, WireRequest, WireResponse } from '../wire/http.js';
import { clientAddress } from './trusted-proxies.js';

/**
 * node:http and no framework: every route here is decided by AWS's protocols (credential scope, target header, form
 * body, path and host together), so a framework's router would decide nothing, and its body parsing would stand in
 * the way of signatures over raw bytes.
 */

/** A client that does not finish its headers in this time is cut off. */
const headersTimeoutMs = 20_000;
/** Time for one request with its body; large uploads on slow lines need minutes. */
const requestTimeoutMs = 15 * 60_000;
/** AWS SDKs keep idle connections for less than a minute. */
const keepAliveTimeoutMs = 65_000;
/** Connections at a time; more are refused by the kernel's backlog. */
const connectionsMax = 10_000;
/** How long a stop waits for requests under way. */
const stopTimeoutMs = 10_000;

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly trustedProxies: BlockList;
  readonly clock: Clock;
  /** Answers every request; must not reject. */
  readonly handle: (request: WireRequest) => Promise<WireResponse>;
  readonly onError: (error: unknown) => void;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new requests, lets those under way finish (for a bounded time), closes the connections. */
  stop(): Promise<void>;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  };
  const server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.maxConnections = connectionsMax;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${options.tls ? 'https' : 'http'}://${host}:${port}`, stop: () => stop(server) };
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  const wire = toWireRequest(request, options);
  const result = await options.handle(wire);
  response.writeHead(result.status, result.headers);
  if (request.method === 'HEAD' || result.body === undefined) {
    if (result.body instanceof Readable) result.body.destroy();
    response.end();
  } else if (result.body instanceof Readable) {
    await sendStream(result.body, response);
  } else {
    response.end(result.body);
  }
  // A body that nobody read (an early refusal) would otherwise keep the connection waiting.
  if (!request.complete) request.resume();
}

/** A client that goes away in the middle of a download is its own affair, not an error of ours. */
async function sendStream(body: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function toWireRequest(request: IncomingMessage, options: HttpServerOptions): WireRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers = joinHeaders(request.rawHeaders);
  const tls = tlsFacts(request);
  return {
    requestId: randomUUID(),
    method: request.method ?? 'GET',
    rawPath: mark < 0 ? target : target.slice(0, mark),
    rawQuery: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: request,
    sourceIp: clientAddress(
      request.socket.remoteAddress ?? '',
      headers['x-forwarded-for'],
      options.trustedProxies,
    ),
    receivedAtMs: options.clock.now(),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Repeated headers are joined by a bare comma, as a signature's canonical form wants them. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    const value = raw[at + 1] as string;
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return headers;
}

function tlsFacts(request: IncomingMessage): TlsFacts | undefined {
  const socket = request.socket as Partial<TLSSocket>;
  const tlsVersion = socket.getProtocol?.();
  if (typeof tlsVersion !== 'string') return undefined;
  return { tlsVersion, cipherSuite: socket.getCipher?.().standardName ?? '' };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), stopTimeoutMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}
