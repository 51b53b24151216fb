// SPDX-License-Identifier: Apache-2.0
import { createHash, timingSafeEqual } from 'node:crypto';
import { type OidcProviderDocument, oidcProviderKey } from '../identity/iam-documents.js';
import type { WebIdentityPrincipal } from '../identity/principal.js';
import type { SecretBox } from '../identity/secret-box.js';
import type { RandomBytes } from '../identity/unique-id.js';
import type { OidcClient } from './oidc-endpoints.js';
import { invalidInput, signinFailed } from './signin-error.js';
import type { SigninState } from './signin-request.js';

/** How long somebody may take to sign in at the issuer. */
export const flowMsMax = 10 * 60_000;

const sealedFor = 'cairn OIDC sign-in 1';

/** What has to be known again when the issuer sends somebody back; it travels in a sealed cookie. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636): only who began the flow can use its code. */
  readonly verifier: string;
  readonly roleArn: string;
  /** Without `https://`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly expiresAtMs: number;
}

export interface OidcTarget {
  readonly roleArn: string;
  readonly accountId: string;
  readonly issuer: string;
  readonly clientId: string;
}

/**
 * Which role by which provider: `provider=ARN&role=ARN`, and `client_id` where the provider has several. Only a provider of
 * the role's account will do. Throws SigninError, in the same words for a provider that is not there.
 */
export function readTarget(query: ReadonlyMap<string, string>, state: Pick<SigninState, 'get'>): OidcTarget {
  const roleArn = query.get('role') ?? '';
  const [, accountId] = /^arn:aws:iam::(\d{12}):role\/[\x21-\x7e]{1,600}$/.exec(roleArn) ?? [];
  const provider = query.get('provider') ?? '';
  const [, owner, issuer] = /^arn:aws:iam::(\d{12}):oidc-provider\/(\S{1,255})$/.exec(provider) ?? [];
  if (accountId === undefined || issuer === undefined || owner !== accountId) throw noSuchProvider();
  const document = state.get<OidcProviderDocument>(oidcProviderKey(accountId, issuer));
  if (document === undefined) throw noSuchProvider();
  const clientId = query.get('client_id') ?? document.clientIds[0];
  if (clientId === undefined || !document.clientIds.includes(clientId)) throw noSuchProvider();
  return { roleArn, accountId, issuer, clientId };
}

function noSuchProvider() {
  return invalidInput('provider and role must be an OIDC provider and a role of one account');
}

export function beginFlow(
  { roleArn, issuer, clientId }: OidcTarget,
  redirectUri: string,
  { randomBytes, nowMs }: { readonly randomBytes: RandomBytes; readonly nowMs: number },
): OidcFlow {
  const [state, nonce, verifier] = [text(randomBytes), text(randomBytes), text(randomBytes)];
  return { state, nonce, verifier, roleArn, issuer, clientId, redirectUri, expiresAtMs: nowMs + flowMsMax };
}

function text(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('base64url');
}

/** Where somebody signs in. Source: OpenID Connect Core 1.0, 3.1.2.1; RFC 7636, 4.3. */
export function authorizationUrl({ authorizationEndpoint }: OidcClient, flow: OidcFlow): string {
  const url = new URL(authorizationEndpoint);
  const asked = {
    response_type: 'code',
    client_id: flow.clientId,
    redirect_uri: flow.redirectUri,
    scope: 'openid email profile',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: createHash('sha256').update(flow.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/** Source: OpenID Connect Core 1.0, 3.1.3.1; RFC 7636, 4.5. */
export function tokenForm(flow: OidcFlow, code: string): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: flow.redirectUri,
    client_id: flow.clientId,
    code_verifier: flow.verifier,
  };
}

export function sealFlow(flow: OidcFlow, secretBox: SecretBox): string {
  return Buffer.from(secretBox.seal(JSON.stringify(flow), sealedFor), 'base64').toString('base64url');
}

/**
 * The flow that a cookie holds, and the code that the issuer sent for it. Throws SigninError when they do not belong
 * together: somebody else's code must not sign anybody in.
 */
export function resumeFlow(
  cookie: string | undefined,
  query: ReadonlyMap<string, string>,
  { secretBox, nowMs }: { readonly secretBox: SecretBox; readonly nowMs: number },
): { readonly flow: OidcFlow; readonly code: string } {
  const flow = openFlow(cookie, secretBox);
  if (flow === undefined || nowMs >= flow.expiresAtMs || nowMs < flow.expiresAtMs - flowMsMax)
    throw signinFailed();
  if (!isSame(query.get('state') ?? '', flow.state)) throw signinFailed();
  // Source: RFC 9207: an answer may name its issuer, and must not be taken from another one.
  const named = query.get('iss');
  if (named !== undefined && named.replace(/\/$/, '') !== `https://${flow.issuer}`) throw signinFailed();
  const code = query.get('code') ?? '';
  if (code === '' || code.length > 4_096) throw signinFailed();
  return { flow, code };
}

function openFlow(cookie: string | undefined, secretBox: SecretBox): OidcFlow | undefined {
  if (cookie === undefined || cookie.length > 8_192) return undefined;
  const sealed = Buffer.from(cookie, 'base64url');
  // One text for one flow: base64 has several for the same bytes.
  if (sealed.toString('base64url') !== cookie) return undefined;
  try {
    return JSON.parse(secretBox.open(sealed.toString('base64'), sealedFor)) as OidcFlow;
  } catch {
    return undefined;
  }
}

/** The token is the one that this flow asked for. Throws SigninError. */
export function verifyBearer(flow: OidcFlow, { audience, claims }: WebIdentityPrincipal): void {
  const { nonce } = claims;
  if (typeof nonce !== 'string' || !isSame(nonce, flow.nonce) || audience !== flow.clientId)
    throw signinFailed();
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What the session is called in ARNs and records: an e-mail address or a name where the token has one. */
export function sessionNameOf({ claims, subject }: WebIdentityPrincipal): string {
  const named = [claims.email, claims.preferred_username, subject].find(
    (claim) => typeof claim === 'string' && claim !== '',
  );
  return sessionName(named as string);
}

/** In the characters of a RoleSessionName. Source: STS API Reference, "AssumeRole". */
export function sessionName(text: string): string {
  return text
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}
