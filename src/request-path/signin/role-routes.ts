// SPDX-License-Identifier: Apache-2.0
import { accountAliasKey } from '../../identity/account-documents.js';
import { principalArn } from '../../identity/principal.js';
import type { SessionTokens } from '../../identity/session-token.js';
import type { KeptRole } from '../../identity/signin-sessions.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import { globalRegion } from '../../record/global-services.js';
import { isRoleOver } from '../../signin/credentials.js';
import { sessionName } from '../../signin/oidc-flow.js';
import { sessionView } from '../../signin/session-view.js';
import { type OpenSession, ownPrincipal, useSession } from '../../signin/sessions.js';
import { invalidInput, SigninError } from '../../signin/signin-error.js';
import { roleIdentity, type SigninEvent } from '../../signin/signin-record.js';
import type { SigninState } from '../../signin/signin-request.js';
import { WireError } from '../../wire/wire-error.js';
import { type ReadyCall, runCall } from '../run-call.js';
import { runSignin } from './run-signin.js';
import {
  type SigninAnswer,
  type SigninApiDependencies,
  type SigninAsked,
  type SigninRoute,
  sessionOf,
  verifyCsrf,
} from './signin-asked.js';
import { readJson } from './signin-guards.js';

/** Switching to a role, and back. */
export function roleRoutes(deps: SigninApiDependencies): ReadonlyMap<string, SigninRoute> {
  return new Map<string, SigninRoute>([
    ['POST /signin/role', (asked) => switchRole(asked, deps)],
    ['DELETE /signin/role', (asked) => exitRole(asked, deps)],
  ]);
}

/** `{ roleArn }`, or `{ account, roleName }` as people know roles. */
async function switchRole(asked: SigninAsked, deps: SigninApiDependencies): Promise<SigninAnswer> {
  verifyCsrf(asked, deps.csrfTokens);
  const state = new StateOverlay(deps.calls.stateStore);
  const roleArn = readRoleArn(await readJson(asked.request), state);
  await takeRole('SwitchRole', roleArn, asked, deps);
  return view(asked, deps);
}

function readRoleArn(document: Readonly<Record<string, unknown>>, state: Pick<SigninState, 'get'>): string {
  const { roleArn, account, roleName } = document;
  if (typeof roleArn === 'string' && roleArn.length <= 2_048) return roleArn;
  if (typeof account !== 'string' || typeof roleName !== 'string' || !/^[\w+=,.@/-]{1,600}$/.test(roleName))
    throw invalidInput('give a roleArn, or an account and a roleName');
  const isId = /^\d{12}$/.test(account);
  const byAlias = account.length > 63 ? undefined : accountAliasKey(account.toLowerCase());
  const accountId =
    isId || byAlias === undefined ? account : state.get<{ accountId: string }>(byAlias)?.accountId;
  // An account that is not there is answered like a role that is not there.
  return `arn:aws:iam::${accountId !== undefined && /^\d{12}$/.test(accountId) ? accountId : '000000000000'}:role/${roleName}`;
}

/** Takes the role by the very call that everybody takes roles by; the session then acts as it. Throws SigninError. */
async function takeRole(
  eventName: 'SwitchRole' | 'RenewRole',
  roleArn: string,
  asked: SigninAsked,
  deps: SigninApiDependencies,
): Promise<void> {
  const { calls, sts, sessionTokens } = deps;
  const state = new StateOverlay(calls.stateStore);
  const principal = ownPrincipal(sessionOf(asked, state), state);
  const RoleSessionName = sessionName(
    principal.kind === 'user'
      ? principal.userName
      : principal.kind === 'assumedRole'
        ? principal.sessionName
        : principal.kind,
  );
  const { accountId } = principal;
  const input = { RoleArn: roleArn, RoleSessionName };
  const output = await runSts(
    'AssumeRole',
    { request: asked.request, principal, accountId, input },
    { calls, sts },
  );
  const acting = roleOf(output, sessionTokens);
  await runSignin(asked.facts, calls, (fresh) => {
    const session = useSession(sessionOf(asked, fresh), fresh, asked.facts.receivedAtMs);
    fresh.put(session.token.key, { ...session.document, acting });
    return { answer: undefined, events: [roleEvent(eventName, acting, session, asked, fresh)] };
  });
}

/** A call of STS in somebody's name, recorded as such. Throws SigninError for what STS refuses. */
export async function runSts(
  operationName: string,
  call: Pick<ReadyCall, 'request' | 'principal' | 'accountId' | 'input'>,
  { calls, sts }: Pick<SigninApiDependencies, 'calls' | 'sts'>,
): Promise<Readonly<Record<string, unknown>>> {
  const service = await sts.load();
  const operation = service.model.operations.get(operationName);
  if (operation === undefined) throw new Error(`STS has no ${operationName}`);
  try {
    return await runCall({ ...call, service, operation, region: globalRegion, refusal: undefined }, calls);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const status = error.code === 'AccessDenied' ? 403 : (error.status ?? 400);
    throw new SigninError(error.code, status, error.message);
  }
}

/** Whom the credentials that STS gave stand for. The credentials themselves are forgotten. */
export function roleOf(output: Readonly<Record<string, unknown>>, sessionTokens: SessionTokens): KeptRole {
  const { AccessKeyId = '', SessionToken = '' } = (output.Credentials ?? {}) as Record<string, string>;
  const principal = sessionTokens.open(AccessKeyId, SessionToken)?.principal;
  if (principal?.kind !== 'assumedRole') throw new Error('STS gave no session of a role');
  const { accessKeyId: _given, ...role } = principal;
  return role;
}

/**
 * Source: recorded events: the role's session is who switched, in the role's account; `SwitchFrom` says who that was before.
 * ExitRole and RenewRole are written alike.
 */
function roleEvent(
  eventName: 'SwitchRole' | 'RenewRole' | 'ExitRole',
  role: KeptRole,
  session: OpenSession,
  { facts }: SigninAsked,
  state: Pick<SigninState, 'get'>,
): SigninEvent {
  return {
    eventName,
    accountId: role.accountId,
    userIdentity: roleIdentity(role),
    additionalEventData: {
      SwitchFrom: principalArn(ownPrincipal(session, state)) as string,
      RedirectTo: facts.consoleUrl,
    },
  };
}

/** A role whose session has run out is taken again: whether it may be is asked anew. Throws SigninError. */
export async function renewedRole(asked: SigninAsked, deps: SigninApiDependencies): Promise<void> {
  const state = new StateOverlay(deps.calls.stateStore);
  const { acting } = sessionOf(asked, state).document;
  if (acting !== undefined && isRoleOver(acting, state, asked.facts.receivedAtMs))
    await takeRole('RenewRole', acting.roleArn, asked, deps);
}

async function exitRole(asked: SigninAsked, deps: SigninApiDependencies): Promise<SigninAnswer> {
  verifyCsrf(asked, deps.csrfTokens);
  await runSignin(asked.facts, deps.calls, (state) => {
    const session = useSession(sessionOf(asked, state), state, asked.facts.receivedAtMs);
    const { acting, ...document } = session.document;
    if (acting === undefined) return { answer: undefined };
    state.put(session.token.key, document);
    return { answer: undefined, events: [roleEvent('ExitRole', acting, session, asked, state)] };
  });
  return view(asked, deps);
}

function view(asked: SigninAsked, { calls, csrfTokens }: SigninApiDependencies): SigninAnswer {
  const state = new StateOverlay(calls.stateStore);
  const session = sessionOf(asked, state);
  return { status: 200, document: sessionView(session, state, csrfTokens.of(session.token)) };
}
