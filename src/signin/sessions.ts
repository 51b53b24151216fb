// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { newAccessKeyId } from '../identity/access-key-id.js';
import { type UserDocument, userArn, userKey } from '../identity/iam-documents.js';
import type { SessionFacts, SignedPrincipal } from '../identity/principal.js';
import {
  isOwnerStillThere,
  type SigninOwner,
  type SigninSessionDocument,
  signinSessionsOf,
} from '../identity/signin-sessions.js';
import type { RandomBytes } from '../identity/unique-id.js';
import { newSessionToken, type SessionToken } from './session-tokens.js';
import type { SigninState } from './signin-request.js';

/** A session ends when nobody has used it for this long. */
export const idleMsMax = 60 * 60_000;
/** And after this time in any case. Source: IAM User Guide, console sessions of users last 12 hours. */
const sessionMsMax = 12 * 60 * 60_000;
/** Use is noted in state no more often than this: it costs a write. */
const noteUseMs = 60_000;
/** Sessions of one person at once; the one used longest ago gives way. */
const sessionsMax = 20;
/** Sessions of an account that each sign-in looks through for ones that have run out. */
const sweptMax = 200;

/** A session that is on. */
export interface OpenSession {
  readonly token: SessionToken;
  readonly document: SigninSessionDocument;
}

/** Undefined for a session that was never there, has been ended, or has run out. */
export function openSession(
  token: SessionToken | undefined,
  state: Pick<SigninState, 'get'>,
  nowMs: number,
): OpenSession | undefined {
  const document = token === undefined ? undefined : state.get<SigninSessionDocument>(token.key);
  if (token === undefined || document === undefined || isOver(document, nowMs)) return undefined;
  return isOwnerStillThere(state, document) ? { token, document } : undefined;
}

/** A clock that went back by more than the idle time ends sessions rather than prolonging them. */
function isOver({ endsAtMs, lastUsedMs }: SigninSessionDocument, nowMs: number): boolean {
  return nowMs >= endsAtMs || Math.abs(nowMs - lastUsedMs) >= idleMsMax;
}

/** One text a person: many sign in by one role. */
function ownerIdOf(owner: SigninOwner): string {
  if (owner.kind === 'root') return 'root';
  if (owner.kind === 'user') return owner.userId;
  const { roleId, sessionName } = owner.role;
  return `F${createHash('sha256').update(`${roleId}:${sessionName}`).digest('hex').slice(0, 40).toUpperCase()}`;
}

/** Begins a session; those of the same person that have run out, or are too many, go. */
export function beginSession(
  begun: Pick<SigninSessionDocument, 'accountId' | 'owner' | 'passwordMark' | 'mfa'> & {
    readonly endsAtMs?: number;
  },
  state: SigninState,
  { nowMs, randomBytes }: { readonly nowMs: number; readonly randomBytes: RandomBytes },
): OpenSession {
  const { accountId, owner, endsAtMs = Number.POSITIVE_INFINITY } = begun;
  const ownerId = ownerIdOf(owner);
  makeRoom(signinSessionsOf(accountId, ownerId), state, nowMs);
  sweep(signinSessionsOf(accountId), state, nowMs);
  const token = newSessionToken(accountId, ownerId, randomBytes);
  const document: SigninSessionDocument = {
    ...begun,
    accessKeyId: newAccessKeyId('ASIA', accountId),
    signedInAtMs: nowMs,
    lastUsedMs: nowMs,
    endsAtMs: Math.min(nowMs + sessionMsMax, endsAtMs),
  };
  state.put(token.key, document);
  return { token, document };
}

function makeRoom(prefix: string, state: SigninState, nowMs: number): void {
  const entries = state.list<SigninSessionDocument>(prefix);
  const running = entries.filter(({ value }) => !isOver(value, nowMs));
  const byUse = running.toSorted((a, b) => b.value.lastUsedMs - a.value.lastUsedMs);
  const kept = new Set(byUse.slice(0, sessionsMax - 1).map(({ key }) => key));
  for (const { key } of entries) if (!kept.has(key)) state.delete(key);
}

/** Sessions of people who never come back do not stay for ever. */
function sweep(prefix: string, state: SigninState, nowMs: number): void {
  for (const { key, value } of state.list<SigninSessionDocument>(prefix, { limit: sweptMax }))
    if (isOver(value, nowMs)) state.delete(key);
}

/** The session goes on from now. */
export function useSession(session: OpenSession, state: SigninState, nowMs: number): OpenSession {
  if (nowMs - session.document.lastUsedMs < noteUseMs) return session;
  const document = { ...session.document, lastUsedMs: nowMs };
  state.put(session.token.key, document);
  return { ...session, document };
}

/** Facts of a session made by a password. */
function ownFacts({ signedInAtMs, endsAtMs, mfa }: SigninSessionDocument): SessionFacts {
  return {
    issuedAtMs: Math.floor(signedInAtMs / 1_000) * 1_000,
    expiresAtMs: endsAtMs,
    ...(mfa === undefined ? {} : { mfaAuthenticatedAtMs: mfa.atMs, mfaSerial: mfa.serialNumber }),
    tags: {},
    transitiveTagKeys: [],
    policies: [],
    policyArns: [],
    isOfConsole: true,
  };
}

/** Whoever signed in, not the role that he switched to. */
export function ownPrincipal({ document }: OpenSession, state: Pick<SigninState, 'get'>): SignedPrincipal {
  const { accountId, owner, accessKeyId } = document;
  if (owner.kind === 'federated')
    return { ...owner.role, accessKeyId, session: { ...owner.role.session, isOfConsole: true } };
  const session = ownFacts(document);
  if (owner.kind === 'root') return { kind: 'root', accountId, accessKeyId, session };
  const user = state.get<UserDocument>(userKey(accountId, owner.userName));
  if (user === undefined) throw new Error('the user of an open session is gone');
  const { userName, userId } = owner;
  return { kind: 'user', accountId, userName, userId, arn: userArn(user), accessKeyId, session };
}
