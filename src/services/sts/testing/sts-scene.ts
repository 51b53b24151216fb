// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Credentials } from '@aws-sdk/client-sts';
import { type AccountDocument, accountKey } from '../../../identity/account-documents.js';
import { AuthorizationMessages } from '../../../identity/authorization-messages.js';
import { type RoleDocument, roleKey, type UserDocument, userKey } from '../../../identity/iam-documents.js';
import { MfaGuesses } from '../../../identity/mfa-guesses.js';
import { IssuerKeys } from '../../../identity/oidc/issuer-keys.js';
import type { Principal, SignedPrincipal } from '../../../identity/principal.js';
import { SecretBox } from '../../../identity/secret-box.js';
import { SessionTokens } from '../../../identity/session-token.js';
import { ManualClock } from '../../../ports/clock.js';
import { DocumentFetchError } from '../../../ports/document-fetcher.js';
import { silentLog } from '../../../ports/operator-log.js';
import { authorizeCall, authorizeNeeds } from '../../../request-path/authorize-call.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { fakeCall, MemoryCallState } from '../../testing/call.js';
import { stsModel } from '../model.js';
import { createStsService, type StsDependencies } from '../sts-service.js';

export const nowMs = Date.UTC(2026, 10, 21, 10);
export const accountA = '111122223333';
export const accountB = '444455556666';

type Outcome<Output> = { readonly output: Output; readonly call: Call };

/** STS over state in memory, with the real policy engine and real tokens. */
export class StsScene {
  readonly state = new MemoryCallState();
  readonly clock = new ManualClock(nowMs);
  readonly secretBox = new SecretBox(randomBytes(32));
  readonly deps: StsDependencies = {
    model: stsModel,
    sessionTokens: new SessionTokens(randomBytes(32)),
    secretBox: this.secretBox,
    mfaGuesses: new MfaGuesses(),
    issuerKeys: new IssuerKeys({
      clock: this.clock,
      log: silentLog,
      locations: new Map(),
      fetcher: { fetchJson: () => Promise.reject(new DocumentFetchError('no network here')) },
    }),
    authorizationMessages: new AuthorizationMessages(randomBytes(32)),
    homeRegion: 'us-east-1',
  };
  readonly service = createStsService(this.deps);

  constructor() {
    for (const accountId of [accountA, accountB]) {
      const account: AccountDocument = { accountId, createdAtMs: 0 };
      this.state.put(accountKey(accountId), account);
    }
  }

  /** A user who may do what the policy's statements say. */
  user(name: string, statements: readonly object[], accountId = accountA): SignedPrincipal {
    const userId = `AIDA${name.toUpperCase().padEnd(17, 'X')}`;
    const user: UserDocument = {
      accountId,
      userName: name,
      userId,
      path: '/',
      createdAtMs: 0,
      tags: {},
      groupNames: [],
      accessKeyIds: [],
      mfaSerials: [],
      inlinePolicies: statements.length === 0 ? {} : { own: policyText(statements) },
      attachedPolicyArns: [],
    };
    this.state.put(userKey(accountId, name), user);
    const arn = `arn:aws:iam::${accountId}:user/${name}`;
    return { kind: 'user', accountId, userName: name, userId, arn, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  }

  role(name: string, trust: readonly object[], change: Partial<RoleDocument> = {}): string {
    const accountId = change.accountId ?? accountA;
    const role: RoleDocument = {
      accountId,
      roleName: name,
      roleId: `AROA${name.toUpperCase().padEnd(17, 'X')}`,
      path: '/',
      createdAtMs: 0,
      trustPolicy: policyText(trust),
      description: '',
      maxSessionDurationSec: 3_600,
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: [],
      ...change,
    };
    this.state.put(roleKey(accountId, name), role);
    return `arn:aws:iam::${accountId}:role${role.path}${name}`;
  }

  /** Runs an operation as the request path would. */
  async run<Output = Record<string, unknown>>(
    operation: string,
    input: object,
    principal: Principal,
    change: { readonly region?: string; readonly receivedAtMs?: number } = {},
  ): Promise<Outcome<Output>> {
    const accountId = 'accountId' in principal ? principal.accountId : accountA;
    const receivedAtMs = change.receivedAtMs ?? this.clock.now();
    const base = fakeCall({
      state: this.state,
      principal,
      accountId,
      receivedAtMs,
      region: change.region ?? 'us-east-1',
    });
    const call: Call = { ...base, ...authorizeCall(this.service, base) };
    authorizeNeeds(this.service, operation, input, call);
    const handler = this.service.handlers[operation];
    assert.ok(handler !== undefined, operation);
    return { output: (await handler(input, call)) as Output, call };
  }

  /** Who signs with the credentials of an answer. */
  principalOf(credentials: Credentials | undefined): SignedPrincipal {
    const { AccessKeyId = '', SessionToken = '', SecretAccessKey } = credentials ?? {};
    const opened = this.deps.sessionTokens.open(AccessKeyId, SessionToken);
    assert.ok(opened !== undefined, 'the credentials are good');
    assert.equal(opened.secret, SecretAccessKey);
    return opened.principal;
  }
}

export function policyText(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function allow(action: string | readonly string[], resource = '*', condition?: object): object {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** A statement of a trust policy. */
export function trust(
  principal: object | string,
  action: string | readonly string[],
  condition?: object,
): object {
  return {
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** For assert.rejects: the error's code, and what its message says. */
export function refusedWith(code: string, message: RegExp = /./) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof WireError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}
