// SPDX-License-Identifier: Apache-2.0
import type { HttpAnswer } from './http-answer-reader.js';
import {
  type ConnectionOwner,
  HttpConnection,
  type HttpExchange,
  type HttpPlace,
} from './http-connection.js';

export interface HttpConnectionsOptions extends Omit<HttpPlace, 'url'> {
  /** Connections at a time to one host. What is asked beyond it waits. */
  readonly socketsMax: number;
}

/** Kept-open connections, by scheme and host. */
export class HttpConnections {
  readonly #options: HttpConnectionsOptions;
  readonly #hosts = new Map<string, Host>();

  constructor(options: HttpConnectionsOptions) {
    this.#options = options;
  }

  /**
   * Sends a request that may be sent twice: on a connection that was idle nobody can tell whether it was read.
   * Rejects with the network's own errors, BrokenAnswerError, AnswerTooLargeError.
   */
  send(origin: string, request: Pick<HttpExchange, 'method' | 'bytes' | 'bytesMax'>): Promise<HttpAnswer> {
    let host = this.#hosts.get(origin);
    if (host === undefined) {
      const { socketsMax, ...how } = this.#options;
      host = new Host({ ...how, url: new URL(origin) }, socketsMax, () => this.#hosts.delete(origin));
      this.#hosts.set(origin, host);
    }
    const { method, bytes, bytesMax } = request;
    return new Promise((resolve, reject) => host.send({ method, bytes, bytesMax, resolve, reject }));
  }

  close(): void {
    for (const host of this.#hosts.values()) host.close();
    this.#hosts.clear();
  }
}

class Host implements ConnectionOwner {
  readonly #place: HttpPlace;
  readonly #socketsMax: number;
  readonly #open = new Set<HttpConnection>();
  readonly #idle = new Set<HttpConnection>();
  /** Bounded by who asks: a thread has a number of files on their way. */
  readonly #waiting: HttpExchange[] = [];
  readonly #onEmpty: () => void;
  #isClosed = false;

  /** @param onEmpty its last connection is closed, and nothing waits */
  constructor(place: HttpPlace, socketsMax: number, onEmpty: () => void) {
    this.#place = place;
    this.#socketsMax = socketsMax;
    this.#onEmpty = onEmpty;
  }

  send(exchange: HttpExchange): void {
    const [idle] = this.#idle;
    if (idle !== undefined) {
      this.#idle.delete(idle);
      idle.run(exchange);
    } else if (this.#open.size < this.#socketsMax) this.#connect(exchange);
    else this.#waiting.push(exchange);
  }

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the connection was closed'));
    for (const connection of [...this.#open]) connection.close();
  }

  onFree(connection: HttpConnection): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.add(connection);
    else connection.run(next);
  }

  /** Only on a new connection: the other idle ones are as old. */
  onStale(exchange: HttpExchange): void {
    if (this.#isClosed) exchange.reject(new Error('the connection was closed'));
    else this.#connect(exchange);
  }

  onClosed(connection: HttpConnection): void {
    this.#open.delete(connection);
    this.#idle.delete(connection);
    if (this.#isClosed || this.#open.size >= this.#socketsMax) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#connect(next);
    else if (this.#open.size === 0) this.#onEmpty();
  }

  #connect(exchange: HttpExchange): void {
    const connection = new HttpConnection(this.#place, this);
    this.#open.add(connection);
    connection.run(exchange);
  }
}
