// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import type { AccessDecision } from '../../identity/access.js';
import type { Principal } from '../../identity/principal.js';
import type { Revision, StateEntry } from '../../ports/state-store.js';
import { authorizeCall } from '../../request-path/authorize-call.js';
import type { WireRequest } from '../../wire/http.js';
import type { Call, CallState, Service } from '../service.js';

/** State in memory for tests of handlers: what is put is there at once, as after the append of a call's entry. */
export class MemoryCallState implements CallState {
  readonly #values = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }

  list<T>(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): StateEntry<T>[] {
    return Array.from(this.#values.keys())
      .filter((key) => key.startsWith(prefix) && (options.after === undefined || key > options.after))
      .sort()
      .slice(0, options.limit)
      .map((key) => ({ key, value: this.#values.get(key) as T, revision: '' as Revision }));
  }

  /** Through JSON, as the log keeps it. */
  put(key: string, value: unknown): void {
    this.#values.set(key, JSON.parse(JSON.stringify(value)));
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}

export interface FakeCallOptions {
  readonly state?: CallState;
  readonly principal?: Principal;
  readonly accountId?: string;
  readonly region?: string;
  readonly receivedAtMs?: number;
  readonly request?: Partial<WireRequest>;
  /** Everything is allowed by default. */
  readonly decide?: () => AccessDecision;
}

/** A call that is decided by policies, as the request path decides it. */
export function decidedCall(service: Service, options: FakeCallOptions = {}): Call {
  const call = fakeCall(options);
  return { ...call, ...authorizeCall(service, call) };
}

export const testAccountId = '111122223333';

/** A call as the request path would hand it to a handler: by the root of `testAccountId`, in us-east-1, by default. */
export function fakeCall(options: FakeCallOptions = {}): Call {
  const accountId =
    options.accountId ?? (options.principal?.kind === 'root' ? options.principal.accountId : testAccountId);
  const receivedAtMs = options.receivedAtMs ?? Date.UTC(2026, 10, 21, 10, 0, 0);
  const requestId = '0123456789ABCDEF';
  return {
    requestId,
    receivedAtMs,
    principal: options.principal ?? { kind: 'root', accountId, accessKeyId: 'AKIDEXAMPLE' },
    accountId,
    region: options.region ?? 'us-east-1',
    state: options.state ?? new MemoryCallState(),
    audit: { resources: [], additionalEventData: {} },
    decide: options.decide ?? (() => ({ isAllowed: true, allowedBy: [] })),
    authorize: () => {},
    request: {
      requestId,
      method: 'GET',
      rawPath: '/',
      rawQuery: '',
      body: Readable.from([]),
      sourceIp: '203.0.113.10',
      receivedAtMs,
      ...options.request,
      headers: { host: '127.0.0.1:4577', ...options.request?.headers },
    },
  };
}
