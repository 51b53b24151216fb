// SPDX-License-Identifier: Apache-2.0
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { BrokenAnswerError, type HttpAnswer, HttpAnswerReader } from './http-answer-reader.js';

/** Whom to connect to, and how. */
export interface HttpPlace {
  readonly url: URL;
  /** PEM of further certificate authorities. */
  readonly authorities: string | undefined;
  readonly isCertificateChecked: boolean;
}

/** One request on its way to its answer. */
export interface HttpExchange {
  readonly method: string;
  /** As it goes over the wire, headers and body. */
  readonly bytes: string | Buffer;
  /** Larger answers are refused. */
  readonly bytesMax: number;
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

/** What becomes of a connection. */
export interface ConnectionOwner {
  /** It can take the next request. */
  onFree(connection: HttpConnection): void;
  /** Nothing came back for this one, and the connection had served before: the peer had closed it, it is to be sent again. */
  onStale(exchange: HttpExchange): void;
  onClosed(connection: HttpConnection): void;
}

/** A connection that says nothing for so long is dead. */
const silenceMsMax = 60_000;

const readBytes = 64 * 1024;

/**
 * One connection, one request at a time: no pipelining, so that an answer can belong to no other request. Where its answer
 * ends is all that is asked of HTTP, and the socket's own buffer is read without a stream: most of what a client of many
 * small objects does is that.
 */
export class HttpConnection {
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #exchange: HttpExchange | undefined;
  #reader: HttpAnswerReader | undefined;
  #hasAnswered = false;
  #hasBytes = false;

  constructor(place: HttpPlace, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#socket = open(place, (bytes) => this.#take(bytes));
    this.#socket.setTimeout(silenceMsMax, () => this.#fail(new Error('no answer in time')));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => {
      this.#fail(new BrokenAnswerError('the connection broke'));
      this.#owner.onClosed(this);
    });
  }

  /** Only while it is free. */
  run(exchange: HttpExchange): void {
    this.#exchange = exchange;
    this.#reader = new HttpAnswerReader(exchange.method, exchange.bytesMax);
    this.#hasBytes = false;
    if (typeof exchange.bytes === 'string') this.#socket.write(exchange.bytes, 'latin1');
    else this.#socket.write(exchange.bytes);
  }

  close(): void {
    this.#fail(new Error('the connection was closed'));
  }

  #take(bytes: Buffer): void {
    const reader = this.#reader;
    if (reader === undefined) {
      // Nobody has asked for anything: whatever it is, it must not become the next answer.
      this.#socket.destroy();
      return;
    }
    this.#hasBytes = true;
    try {
      const taken = reader.take(bytes);
      if (reader.isDone) this.#finish(reader, taken === bytes.length);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #end(): void {
    try {
      this.#reader?.end();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (this.#reader !== undefined) this.#finish(this.#reader, false);
    this.#socket.destroy();
  }

  #finish(reader: HttpAnswerReader, isExact: boolean): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#reader = undefined;
    this.#hasAnswered = true;
    exchange?.resolve(reader.answer);
    if (reader.keepsOpen && isExact && !this.#socket.destroyed) this.#owner.onFree(this);
    else this.#socket.destroy();
  }

  #fail(error: Error): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#reader = undefined;
    this.#socket.destroy();
    if (exchange === undefined) return;
    const isStale = this.#hasAnswered && !this.#hasBytes && isAboutClosing(error);
    if (isStale) this.#owner.onStale(exchange);
    else exchange.reject(error);
  }
}

/** How it shows that a peer closed an idle connection. */
function isAboutClosing(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof BrokenAnswerError || code === 'ECONNRESET' || code === 'EPIPE';
}

function open({ url, authorities, isCertificateChecked }: HttpPlace, take: (bytes: Buffer) => void): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  if (isSecure) {
    const socket: TLSSocket = connectTls({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: isCertificateChecked,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authorities === undefined ? {} : { ca: authorities }),
    });
    socket.on('data', take);
    socket.setNoDelay(true);
    return socket;
  }
  // One buffer for all that comes: the reader keeps none of it.
  const callback = (length: number, buffer: Uint8Array): boolean => {
    take((buffer as Buffer).subarray(0, length));
    return true;
  };
  return connect({ host, port, noDelay: true, onread: { buffer: Buffer.alloc(readBytes), callback } });
}
