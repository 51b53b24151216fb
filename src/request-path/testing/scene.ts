// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AccessKeyDocument, AccessKeys, accessKeyKey } from '../../identity/access-keys.js';
import { findCredentialsOf } from '../../identity/find-credentials.js';
import { type UserDocument, userKey } from '../../identity/iam-documents.js';
import { SecretBox } from '../../identity/secret-box.js';
import { SessionTokens } from '../../identity/session-token.js';
import { ManualClock } from '../../ports/clock.js';
import {
  type CallEntry,
  type EventLog,
  type LogEntry,
  type Position,
  StaleRevisionError,
} from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import type { Revision, StateEntry, StateStore } from '../../ports/state-store.js';
import { type SignedRequest, signed } from '../../server-tests/signed-request.js';
import type { Handler, Service } from '../../services/service.js';
import type { WireRequest } from '../../wire/http.js';
import type { ServiceModel } from '../../wire/service-model.js';
import { Authenticator } from '../authenticate.js';
import { ChangeTurns } from '../change-turns.js';

export const accountId = '111122223333';
export const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const nowMs = Date.UTC(2026, 10, 21, 10);
export const host = '127.0.0.1:4577';

/** A log and its folded state in memory, with compare-and-set, and faults where a test wants them. */
export class MemoryStores {
  readonly entries: CallEntry[] = [];
  /** What the next appends reject with, in turn; undefined lets one through. */
  readonly appendFaults: (Error | undefined)[] = [];
  readonly #values = new Map<string, StateEntry>();
  #revision = 0;

  readonly eventLog: Pick<EventLog, 'append'> = { append: (entry) => this.#append(entry) };
  readonly stateStore: StateStore = {
    get: <T>(key: string) => this.#values.get(key) as StateEntry<T> | undefined,
    list: <T>(prefix: string) =>
      Array.from(this.#values.values())
        .filter(({ key }) => key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : 1)) as StateEntry<T>[],
    watch: () => () => {},
  };

  /** The records of all entries, in order. */
  get records(): Record<string, unknown>[] {
    return this.entries.flatMap(({ records }) =>
      records.map(({ json }) => JSON.parse(json) as Record<string, unknown>),
    );
  }

  put(key: string, value: unknown): void {
    this.#revision += 1;
    this.#values.set(key, { key, value, revision: String(this.#revision) as Revision });
  }

  async #append(entry: LogEntry): Promise<Position> {
    const fault = this.appendFaults.shift();
    if (fault !== undefined) throw fault;
    if (entry.kind !== 'call') throw new TypeError('only calls come here');
    for (const { key, expected } of entry.changes) {
      const now = this.#values.get(key)?.revision ?? null;
      if (expected !== undefined && expected !== now) throw new StaleRevisionError(key);
    }
    for (const { key, value } of entry.changes) {
      if (value === null) this.#values.delete(key);
      else this.put(key, value);
    }
    this.entries.push(entry);
    return String(this.entries.length) as Position;
  }
}

/** Those that the authenticator takes, of every scene in this process. */
export const sessionTokens = new SessionTokens(randomBytes(32));

const box = new SecretBox(randomBytes(32));

export function authenticatorOf(stores: MemoryStores): Authenticator {
  const key: AccessKeyDocument = {
    accessKeyId,
    accountId,
    owner: { kind: 'root' },
    sealedSecret: box.seal(secretAccessKey, accessKeyId),
    status: 'Active',
    createdAtMs: 0,
  };
  stores.put(accessKeyKey(accessKeyId), key);
  const accessKeys = new AccessKeys(stores.stateStore, box);
  const findCredentials = findCredentialsOf({ state: stores.stateStore, accessKeys, sessionTokens });
  return new Authenticator(findCredentials, 'us-east-1');
}

export const userAccessKeyId = 'AKIAI44QH8DHBEXAMPLE';

/** A user of the account with a key (`userAccessKeyId`, the same secret), and one inline policy. */
export function putUser(
  stores: MemoryStores,
  userName: string,
  statement?: object,
  ofAccount = accountId,
): UserDocument {
  const user: UserDocument = {
    accountId: ofAccount,
    userName,
    userId: `AIDA${userName.toUpperCase()}`,
    path: '/',
    createdAtMs: 0,
    tags: {},
    groupNames: [],
    accessKeyIds: [userAccessKeyId],
    mfaSerials: [],
    inlinePolicies:
      statement === undefined
        ? {}
        : { inline: JSON.stringify({ Version: '2012-10-17', Statement: statement }) },
    attachedPolicyArns: [],
  };
  stores.put(userKey(ofAccount, userName), user);
  const key: AccessKeyDocument = {
    accessKeyId: userAccessKeyId,
    accountId: ofAccount,
    owner: { kind: 'user', userName, userId: user.userId },
    sealedSecret: box.seal(secretAccessKey, userAccessKeyId),
    status: 'Active',
    createdAtMs: 0,
  };
  stores.put(accessKeyKey(userAccessKeyId), key);
  return user;
}

/** What the request path needs besides what a test brings. */
export function dependencies(stores: MemoryStores) {
  const errors: [facts: object, message: string][] = [];
  return {
    eventLog: stores.eventLog as EventLog,
    stateStore: stores.stateStore,
    turns: new ChangeTurns(),
    clock: new ManualClock(nowMs),
    log: { ...silentLog, error: (facts: object, message: string) => void errors.push([facts, message]) },
    errors,
  };
}

export function serviceOf(
  model: ServiceModel,
  handlers: Readonly<Record<string, Handler>>,
  more: Partial<Service> = {},
): Service {
  return { model, eventSource: `${model.id}.amazonaws.com`, handlers, ...more };
}

let requests = 0;

/** A request as it comes from the socket. */
export function wireRequest({ method, path, headers, body }: SignedRequest, sent = body): WireRequest {
  const [rawPath = '/', rawQuery = ''] = path.split('?');
  requests += 1;
  return {
    requestId: `request-${requests}`,
    method,
    rawPath,
    rawQuery,
    headers: { 'content-length': String(sent.length), ...headers },
    body: Readable.from(sent.length === 0 ? [] : [sent]),
    sourceIp: '203.0.113.9',
    receivedAtMs: nowMs,
  };
}

export function signedRequest(request: Parameters<typeof signed>[1]): SignedRequest {
  return signed(host, { timeMs: nowMs, accessKeyId, secretAccessKey, ...request });
}
