// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BlockList } from 'node:net';
import type { TestContext } from 'node:test';
import { HttpsDocumentFetcher } from '../../../adapters/document-fetcher/https-document-fetcher.js';
import { startHttpServer } from '../../../http/server.js';
import { AccessKeys } from '../../../identity/access-keys.js';
import {
  type AccountDocument,
  accountAliasKey,
  accountEmailKey,
  accountKey,
} from '../../../identity/account-documents.js';
import { AuthorizationMessages } from '../../../identity/authorization-messages.js';
import { findCredentialsOf } from '../../../identity/find-credentials.js';
import {
  type MfaDeviceDocument,
  mfaDeviceKey,
  type OidcProviderDocument,
  oidcProviderKey,
  type RoleDocument,
  roleKey,
  type UserDocument,
  userKey,
} from '../../../identity/iam-documents.js';
import { MfaGuesses } from '../../../identity/mfa-guesses.js';
import { IssuerKeys } from '../../../identity/oidc/issuer-keys.js';
import { Passwords } from '../../../identity/passwords.js';
import { SecretBox } from '../../../identity/secret-box.js';
import { SessionTokens } from '../../../identity/session-token.js';
import { newTotpSeed, totpCode } from '../../../identity/totp.js';
import { ManualClock } from '../../../ports/clock.js';
import type { EventLog } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { loadedService } from '../../../services/served-service.js';
import { stsModel } from '../../../services/sts/model.js';
import { createStsService } from '../../../services/sts/sts-service.js';
import { type OidcClientSettings, OidcEndpoints } from '../../../signin/oidc-endpoints.js';
import { CsrfTokens } from '../../../signin/session-tokens.js';
import { SigninAttempts } from '../../../signin/signin-attempts.js';
import { ChangeTurns } from '../../change-turns.js';
import { MemoryStores, nowMs } from '../../testing/scene.js';
import { SigninApi } from '../signin-api.js';

export const account = '111122223333';
export const otherAccount = '444455556666';
export const password = 'Str0ng!pass';
export const rootEmail = 'root@example.com';
/** Seconds of scrypt would be the test's. */
const cheap = { N: 16, r: 1, p: 1 } as const;

export interface SceneOptions {
  readonly publicUrl?: string;
  readonly oidc?: ReadonlyMap<string, OidcClientSettings>;
  readonly jwks?: ReadonlyMap<string, string>;
}

/** Counts what scrypt is asked to do. */
class CountedPasswords extends Passwords {
  work = 0;
  override matches(given: string, stored: string): Promise<boolean> {
    this.work += 1;
    return super.matches(given, stored);
  }
  override matchesNobody(given: string): Promise<false> {
    this.work += 1;
    return super.matchesNobody(given);
  }
}

/** Signing in over HTTP, on state in memory and a clock that stands still; policies, tokens, codes and hashes are real. */
export class SigninScene {
  readonly stores = new MemoryStores();
  readonly clock = new ManualClock(nowMs);
  readonly secretBox = new SecretBox(randomBytes(32));
  readonly sessionTokens = new SessionTokens(randomBytes(32));
  readonly passwords = new CountedPasswords({ randomBytes, cost: cheap });
  readonly refused: string[] = [];
  readonly errors: object[] = [];
  /** Failed sign-ins that waited before they were answered. */
  settled = 0;
  url = '';

  static async start(context: TestContext, options: SceneOptions = {}): Promise<SigninScene> {
    const scene = new SigninScene();
    const api = scene.#api(options);
    const server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      trustedProxies: new BlockList(),
      clock: scene.clock,
      handle: async (request) => (await api.answer(request)) ?? { status: 404, headers: {} },
      onError: (error) => scene.errors.push({ error }),
    });
    context.after(() => server.stop());
    scene.url = server.url;
    const rootPasswordHash = await scene.passwords.hash(password);
    scene.account({ accountId: account, alias: 'stones', email: rootEmail, rootPasswordHash });
    scene.account({ accountId: otherAccount });
    return scene;
  }

  #api({ publicUrl, oidc = new Map(), jwks = new Map() }: SceneOptions): SigninApi {
    const { secretBox, sessionTokens, clock, passwords, stores } = this;
    const web = new HttpsDocumentFetcher();
    const mfaGuesses = new MfaGuesses();
    const log = { ...silentLog, error: (facts: object) => void this.errors.push(facts) };
    const issuerKeys = new IssuerKeys({ fetcher: web, clock, log, locations: jwks });
    const authorizationMessages = new AuthorizationMessages(randomBytes(32));
    const { stateStore } = stores;
    const eventLog = stores.eventLog as EventLog;
    return new SigninApi({
      calls: { eventLog, stateStore, turns: new ChangeTurns(), clock, log, onRecorded: () => {} },
      signIn: { passwords, secretBox, mfaGuesses, randomBytes },
      attempts: new SigninAttempts(),
      csrfTokens: new CsrfTokens(randomBytes(32)),
      sessionTokens,
      sts: loadedService(
        createStsService({
          model: stsModel,
          sessionTokens,
          secretBox,
          mfaGuesses,
          issuerKeys,
          authorizationMessages,
          homeRegion: 'us-east-1',
        }),
      ),
      issuerKeys,
      oidc: new OidcEndpoints({ web, clock, settings: oidc }),
      publicUrl,
      onRefused: (_request, code) => void this.refused.push(code),
      settle: async () => {
        this.settled += 1;
      },
    });
  }

  account(document: Partial<AccountDocument> & { readonly accountId: string }): void {
    const { accountId, alias, email } = document;
    this.stores.put(accountKey(accountId), { createdAtMs: 0, ...document });
    if (alias !== undefined) this.stores.put(accountAliasKey(alias), { accountId });
    if (email !== undefined) this.stores.put(accountEmailKey(email), { accountId });
  }

  async user(userName: string, change: Partial<UserDocument> = {}): Promise<UserDocument> {
    const user: UserDocument = {
      accountId: account,
      userName,
      userId: `AIDA${userName.toUpperCase()}`,
      path: '/',
      createdAtMs: 0,
      tags: {},
      groupNames: [],
      accessKeyIds: [],
      mfaSerials: [],
      inlinePolicies: {},
      attachedPolicyArns: [],
      loginProfile: {
        createdAtMs: 0,
        changedAtMs: 0,
        passwordResetRequired: false,
        passwordHash: await this.passwords.hash(password),
        earlierHashes: [],
      },
      ...change,
    };
    this.stores.put(userKey(user.accountId, userName), user);
    return user;
  }

  /** Changes a user's document. */
  change(userName: string, change: (user: UserDocument) => UserDocument): void {
    const key = userKey(account, userName);
    this.stores.put(key, change(this.stored<UserDocument>(key)));
  }

  async remove(key: string): Promise<void> {
    await this.stores.eventLog.append({ kind: 'call', records: [], changes: [{ key, value: null }] });
  }

  stored<T>(key: string): T {
    const value = this.stores.stateStore.get<T>(key)?.value;
    assert.ok(value !== undefined, `nothing is under ${key}`);
    return value;
  }

  /** Enables a device; answers what shows its codes. */
  mfa(name: string, userName?: string): () => string {
    const serialNumber = `arn:aws:iam::${account}:mfa/${name}`;
    const seed = newTotpSeed(randomBytes);
    const device: MfaDeviceDocument = {
      accountId: account,
      serialNumber,
      sealedSeed: this.secretBox.seal(seed, serialNumber),
      createdAtMs: 0,
      tags: {},
      enabled: { atMs: 0, ...(userName === undefined ? {} : { userName }) },
    };
    this.stores.put(mfaDeviceKey(account, name), device);
    if (userName !== undefined)
      this.change(userName, (user) => ({ ...user, mfaSerials: [...user.mfaSerials, serialNumber] }));
    else {
      const root = this.stored<AccountDocument>(accountKey(account));
      this.stores.put(accountKey(account), { ...root, rootMfaSerials: [serialNumber] });
    }
    return () => totpCode(seed, this.clock.now());
  }

  role(roleName: string, trust: object, change: Partial<RoleDocument> = {}): string {
    const role: RoleDocument = {
      accountId: account,
      roleName,
      roleId: `AROA${roleName.toUpperCase()}`,
      path: '/',
      createdAtMs: 0,
      trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
      description: '',
      maxSessionDurationSec: 3_600,
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: [],
      ...change,
    };
    this.stores.put(roleKey(role.accountId, roleName), role);
    return `arn:aws:iam::${role.accountId}:role/${roleName}`;
  }

  provider(url: string, clientIds: readonly string[]): string {
    const document: OidcProviderDocument = {
      accountId: account,
      url,
      clientIds,
      thumbprints: [],
      createdAtMs: 0,
      tags: {},
    };
    this.stores.put(oidcProviderKey(account, url), document);
    return `arn:aws:iam::${account}:oidc-provider/${url}`;
  }

  browser(): Browser {
    return new Browser(this.url);
  }

  /** Whom credentials of the console stand for, as every call's signature is asked. */
  bearerOf({ accessKeyId, sessionToken }: { accessKeyId: string; sessionToken: string }) {
    const { stateStore } = this.stores;
    const accessKeys = new AccessKeys(stateStore, this.secretBox);
    const find = findCredentialsOf({ state: stateStore, accessKeys, sessionTokens: this.sessionTokens });
    const found = find(accessKeyId, sessionToken);
    return typeof found === 'string' ? found : found.principal;
  }
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly document: any;
}

/** A cookie jar with a CSRF token. */
export class Browser {
  readonly cookies = new Map<string, string>();
  csrfToken: string | undefined;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { origin: this.#url }),
        ...(this.csrfToken === undefined ? {} : { 'x-cairn-csrf-token': this.csrfToken }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) this.#keep(set);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    const document: unknown = isJson ? JSON.parse(text) : undefined;
    const { csrfToken } = (document ?? {}) as { csrfToken?: string };
    if (csrfToken !== undefined) this.csrfToken = csrfToken;
    return { status: response.status, headers: response.headers, text, document };
  }

  #keep(set: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (/Max-Age=0(;|$)/.test(set)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  signIn(userName: string, more: object = {}): Promise<Answered> {
    return this.send('POST', '/signin/session', { kind: 'user', account, userName, password, ...more });
  }

  signInAsRoot(more: object = {}): Promise<Answered> {
    return this.send('POST', '/signin/session', { kind: 'root', email: rootEmail, password, ...more });
  }

  who(): Promise<Answered> {
    return this.send('GET', '/signin/session');
  }

  credentials(body: object = {}): Promise<Answered> {
    return this.send('POST', '/signin/credentials', body);
  }
}

/** Without what differs from run to run. */
export function recordsOf(scene: SigninScene) {
  return scene.stores.records.map(({ eventID, ...record }) => {
    assert.match(String(eventID), /^[0-9a-f-]{36}$/);
    return record;
  });
}

export function eventNames(scene: SigninScene) {
  return scene.stores.records.map(({ eventName, responseElements }) => {
    const outcome = (responseElements as Record<string, string> | null)?.[String(eventName)];
    return `${String(eventName)} ${outcome ?? ''}`.trim();
  });
}
