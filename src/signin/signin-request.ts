// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../ports/state-store.js';

/** State as one step of signing in sees it: reads the folded state, collects writes. */
export interface SigninState {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[];
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

/** What a sign-in's record says of the request. */
export interface SigninRequest {
  /** ms since the epoch. */
  readonly receivedAtMs: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The Host header as the client sent it. */
  readonly host: string;
  readonly tls?: { readonly tlsVersion: string; readonly cipherSuite: string };
  /** Where the console is, as the client reached it: `https://audit.example.com/console/`. */
  readonly consoleUrl: string;
}
