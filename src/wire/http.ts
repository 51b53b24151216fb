// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';

/** TLS facts of a connection, for the record's tlsDetails. */
export interface TlsFacts {
  readonly tlsVersion: string;
  readonly cipherSuite: string;
}

/** An HTTP request as the wire layer sees it: nothing decoded that a signature still needs raw. */
export interface WireRequest {
  /** Also the answer's `x-amzn-RequestId` and the record's requestID. */
  readonly requestId: string;
  readonly method: string;
  /** The path as it was sent, still percent-encoded, without the query string. */
  readonly rawPath: string;
  /** The query string as it was sent, without the `?`; empty when there is none. */
  readonly rawQuery: string;
  /** Lower-case names; repeated headers are joined by `,`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it comes from the socket. */
  readonly body: Readable;
  /** The headers announce no body, so there is nothing to wait for. */
  readonly withoutBody?: boolean;
  /** The client's address; behind a trusted proxy, the one that X-Forwarded-For names. */
  readonly sourceIp: string;
  /** ms since the epoch, by Cairn's clock. */
  readonly receivedAtMs: number;
  readonly tls?: TlsFacts;
  /** The service that makes the call on the principal's behalf (`athena.amazonaws.com`); absent: the principal itself. */
  readonly invokedBy?: string;
  /** Aborts when the client leaves before its answer is complete. Made when first asked for; absent: nobody can leave. */
  readonly left?: () => AbortSignal;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | string | Readable;
}

/** The decoded pairs of a query string, in order; a name without `=` has the value "". `+` is kept as it is. */
export function queryPairs(rawQuery: string): [string, string][] {
  if (rawQuery === '') return [];
  return rawQuery.split('&').map((part) => {
    const eq = part.indexOf('=');
    const [name, value] = eq < 0 ? [part, ''] : [part.slice(0, eq), part.slice(eq + 1)];
    return [decodePercent(name), decodePercent(value)];
  });
}

/** Percent-decoding that keeps what is not well-formed instead of throwing. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
