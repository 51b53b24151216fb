// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Checksum, SourceData } from '@smithy/types';
import type { RootCredentials } from '../data-directory/data-directory.js';
import { CommandError } from './command-error.js';

/** The service name in the signatures of Cairn's own API. */
const signingName = 'cairn';

/** Connections kept open: as many as an import has files on their way. */
const socketsMax = 8;

/** An answer of the server that says no. */
export class ApiError extends CommandError {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Nobody answers, or the connection broke: the server ended or is about to start. */
export class UnreachableError extends CommandError {}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Speaks Cairn's own API: signed requests, JSON answers. */
export class SignedRequests {
  readonly #url: URL;
  readonly #region: string;
  readonly #signer: SignatureV4;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(url: string, credentials: RootCredentials) {
    this.#url = new URL(url);
    this.#region = credentials.region;
    this.#signer = new SignatureV4({
      service: signingName,
      region: credentials.region,
      credentials,
      sha256: Sha256,
    });
    // The server's certificate names its public host. On loopback its name proves nothing that the data directory,
    // which told us the address, does not.
    const isLoopback = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(this.#url.hostname);
    this.#agent =
      this.#url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, maxSockets: socketsMax, rejectUnauthorized: !isLoopback })
        : new HttpAgent({ keepAlive: true, maxSockets: socketsMax });
  }

  /** The answer's document. Throws ApiError, UnreachableError. */
  async send(
    method: 'GET' | 'POST',
    path: string,
    options: { query?: Record<string, string>; body?: Uint8Array; signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const { query = {}, body, signal } = options;
    const headers = await this.#signed(method, path, query, body);
    const answer = await this.#exchange(method, pathWithQuery(path, query), headers, body, signal);
    const document = parsed(answer);
    if (answer.status < 300) return document;
    throw toApiError(document, answer.status);
  }

  /** The answer as it comes in. Throws ApiError, UnreachableError. Who does not read it to its end destroys it. */
  async stream(path: string, body: Uint8Array, signal: AbortSignal): Promise<IncomingMessage> {
    const headers = await this.#signed('POST', path, {}, body);
    const response = await this.#respond('POST', path, headers, body, signal);
    const status = response.statusCode ?? 0;
    if (status < 300) return response;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    throw toApiError(parsed({ status, body: Buffer.concat(chunks).toString('utf8') }), status);
  }

  async #signed(
    method: 'GET' | 'POST',
    path: string,
    query: Record<string, string>,
    body: Uint8Array | undefined,
  ): Promise<Record<string, string>> {
    const headers: Record<string, string> = {
      host: this.#url.host,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
      ...(body && { 'content-length': String(body.length), 'content-type': 'application/octet-stream' }),
    };
    const { protocol, hostname } = this.#url;
    const signed = await this.#signer.sign({
      method,
      protocol,
      hostname,
      path,
      query,
      headers,
      ...(body && { body }),
    });
    return signed.headers;
  }

  #respond(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const start = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const host = hostname.replace(/^\[|\]$/g, '');
      const request = start({ method, path, headers, agent: this.#agent, host, port, signal }, resolve);
      request.on('error', (cause) => reject(signal.aborted ? cause : unreachable(this.#url.origin, cause)));
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const start = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(signal?.aborted === true ? cause : unreachable(this.#url.origin, cause));
      const options = {
        method,
        path,
        headers,
        agent: this.#agent,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        ...(signal && { signal }),
      };
      const request = start(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      request.on('error', fail);
      request.end(body);
    });
  }

  get region(): string {
    return this.#region;
  }
}

function pathWithQuery(path: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** As signatures spell it: encodeURIComponent leaves `!'()*` alone. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parsed({ status, body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiError('BadAnswer', `the server answered ${status} with something that is not JSON`, status);
  }
}

function toApiError(document: unknown, status: number): Error {
  const { code = 'Unknown', message = `the server answered ${status}` } = (document ?? {}) as {
    code?: string;
    message?: string;
  };
  if (/Signature|Token|AccessKey|Authenticat/.test(code)) {
    return new CommandError(`the server refused the key of this data directory (${code}): ${message}`);
  }
  return new ApiError(code, message, status);
}

function unreachable(origin: string, cause: Error): UnreachableError {
  const { code } = cause as NodeJS.ErrnoException;
  return new UnreachableError(`the server at ${origin} does not answer (${code ?? cause.message})`, 1, {
    cause,
  });
}

/** Node's own SHA-256 in the form that the signer takes. */
class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined;
  #hash;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = newHash(secret);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = newHash(this.#secret);
  }
}

function newHash(secret: SourceData | undefined) {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
}

function toBytes(data: SourceData): Uint8Array | string {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
