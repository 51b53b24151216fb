// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, BlockList } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../ports/clock.js';
import type { TlsFacts, WireRequest, WireResponse } from '../wire/http.js';
import { type HttpLimits, httpLimits } from './http-limits.js';
import { clientAddress } from './trusted-proxies.js';
import { announcesBody, continueWhenRead, discardUnread, hasUnreadBody } from './unread-body.js';

/**
 * node:http and no framework: every route here is decided by AWS's protocols (credential scope, target header, form
 * body, path and host together), so a framework's router would decide nothing, and its body parsing would stand in
 * the way of signatures over raw bytes.
 */

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly trustedProxies: BlockList;
  readonly clock: Clock;
  /** Answers every request; must not reject. */
  readonly handle: (request: WireRequest) => Promise<WireResponse>;
  readonly onError: (error: unknown) => void;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new requests, lets those under way finish (for a bounded time), closes the connections. */
  stop(): Promise<void>;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const running = new RunningServer(options);
  await listen(running.server, options);
  const { port } = running.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${options.tls ? 'https' : 'http'}://${host}:${port}`, stop: () => running.stop() };
}

class RunningServer {
  readonly server: Server;
  readonly #options: HttpServerOptions;
  readonly #limits: HttpLimits;
  readonly #stopping = new AbortController();
  readonly #answering = new Set<Promise<void>>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const limits = { ...httpLimits, ...options.limits };
    this.#limits = limits;
    // One listener for each body that is being discarded.
    setMaxListeners(0, this.#stopping.signal);
    const onRequest = (request: IncomingMessage, response: ServerResponse) => this.#take(request, response);
    const settings = {
      headersTimeout: limits.headersMsMax,
      requestTimeout: limits.requestMsMax,
      connectionsCheckingInterval: limits.overdueCheckMs,
      keepAliveTimeout: limits.keepAliveMs,
    };
    this.server = options.tls
      ? createTlsServer({ ...settings, ...options.tls }, onRequest)
      : createServer(settings, onRequest);
    this.server.maxConnections = limits.connectionsMax;
    // Node would drop headers beyond a number in silence. 16 KB of headers are the limit (431), however many they are.
    this.server.maxHeadersCount = 0;
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      continueWhenRead(request, response);
      this.#take(request, response);
    });
  }

  /** Connections that are busy close with their answer, the others at once; answers under way are waited for. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      deadline = setTimeout(() => {
        this.server.closeAllConnections();
        resolve();
      }, this.#limits.stopMsMax);
    });
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeIdleConnections();
    await Promise.race([closed.then(() => Promise.all(this.#answering)), late]);
    clearTimeout(deadline);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const answering = this.#answer(request, response)
      .catch((error: unknown) => {
        this.#options.onError(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { connection: 'close', 'content-length': '0' }).end();
      })
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = await this.#options.handle(toWireRequest(request, response, this.#options));
    const { status, headers, body } = withLength(result, request.method);
    // A body that came with the headers is parsed after them: it may be there in a moment.
    if (hasUnreadBody(request)) await nextTurn();
    const isUnread = hasUnreadBody(request);
    const isLast = isUnread || this.#stopping.signal.aborted;
    try {
      response.writeHead(status, isLast ? { ...headers, connection: 'close' } : headers);
      const hasBody = request.method !== 'HEAD' && body !== undefined;
      if (hasBody && body instanceof Readable) await sendStream(body, response);
      else if (!isUnread) {
        // Headers and body in one go.
        if (hasBody) response.end(body);
        else response.end();
        return;
      } else if (hasBody) response.write(body);
      else response.flushHeaders();
    } finally {
      // One that was not sent, or not to its end, holds a file open.
      if (body instanceof Readable) body.destroy();
    }
    if (isUnread) await discardUnread(request, this.#limits, this.#stopping.signal);
    response.end();
  }
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

/** A client must see the end of its answer before the connection ends: what is in memory goes out with its length. */
function withLength(answer: WireResponse, method: string | undefined): WireResponse {
  const { status, headers, body } = answer;
  if (body instanceof Readable || headers['content-length'] !== undefined) return answer;
  if (body === undefined) {
    // What a HEAD does not show is no length of 0; 204 and 304 have none. Source: RFC 9110, 8.6 "Content-Length".
    if (method === 'HEAD' || status === 204 || status === 304) return answer;
    return { status, headers: { ...headers, 'content-length': '0' } };
  }
  return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body };
}

/** What a write to a client that went away ends with. */
const clientGone: ReadonlySet<string | undefined> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ECONNRESET',
  'EPIPE',
]);

/** A client that goes away in the middle of a download is its own affair, not an error of ours. */
async function sendStream(body: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response, { end: false });
  } catch (error) {
    if (!clientGone.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

function toWireRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): WireRequest {
  const target = originForm(request.url ?? '/');
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
    withoutBody: !announcesBody(request),
    sourceIp: clientAddress(
      request.socket.remoteAddress ?? '',
      headers['x-forwarded-for'],
      options.trustedProxies,
    ),
    receivedAtMs: options.clock.now(),
    left: () => leaving(response),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Few ask: most calls are answered before anybody could leave. */
function leaving(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) controller.abort();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * A request to a proxy names the whole address; a server takes the path of it. Source: RFC 9112, 3.2.2. Whose host it
 * is, the Host header says, which the signature covers.
 */
function originForm(target: string): string {
  const authority = /^https?:\/\/[^/?#]*/i.exec(target)?.[0];
  if (authority === undefined) return target;
  const rest = target.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
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
