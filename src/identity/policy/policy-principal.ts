// SPDX-License-Identifier: Apache-2.0
import { type Principal, principalAccountId, principalArn } from '../principal.js';
import { unboundPrincipal } from './bound-principal.js';
import { MalformedPolicyError } from './malformed-policy-error.js';

/**
 * Who a statement is about.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
export type PrincipalPattern =
  | { readonly kind: 'everybody' }
  /** An account as a whole, given as its number or its root: whoever is in it. */
  | { readonly kind: 'account'; readonly accountId: string }
  /** One user, role or session, by ARN. */
  | { readonly kind: 'arn'; readonly arn: string }
  /** One user or role by its unique id: what a stored policy holds (`bindPrincipals`), or what is left of a deleted one. */
  | { readonly kind: 'uniqueId'; readonly id: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'canonicalUser'; readonly id: string }
  | { readonly kind: 'federated'; readonly provider: string };

/**
 * How a statement names the caller, from the weakest to the strongest.
 * - `account`: the account as a whole: its own policies then decide.
 * - `issuer`: the role of a session, or the user behind a federated session: within its boundary and session policies.
 * - `everybody`, `named`: directly, whatever boundary and session policies leave out.
 * Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", resource-based
 * policies; "AWS JSON policy elements: Principal".
 */
export type PrincipalMatch = 'account' | 'issuer' | 'everybody' | 'named';

export const strengthOf: Readonly<Record<PrincipalMatch, number>> = {
  account: 0,
  issuer: 1,
  everybody: 2,
  named: 3,
};

const arnForm =
  /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:(?:user|role|federated-user|assumed-role)\/[\x21-\x7e]+)$/;
const rootForm = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;
const uniqueIdForm = /^A[A-Z]{3}[A-Z0-9]{12,28}$/;
const serviceForm = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.amazonaws\.com(?:\.cn)?$/;

/** Compiles a Principal or NotPrincipal element. Throws MalformedPolicyError ("Invalid principal in policy"). */
export function compilePrincipals(element: unknown): PrincipalPattern[] {
  if (element === '*') return [{ kind: 'everybody' }];
  if (typeof element !== 'object' || element === null || Array.isArray(element))
    throw invalid(String(element));
  const patterns = Object.entries(element).flatMap(([type, raw]) => {
    return (Array.isArray(raw) ? raw : [raw]).map((value: unknown) => compileOne(type, value));
  });
  if (patterns.length === 0)
    throw new MalformedPolicyError('Missing required field Principal cannot be empty!');
  return patterns;
}

function compileOne(type: string, value: unknown): PrincipalPattern {
  const detail = `"${type}" : ${JSON.stringify(value)}`;
  if (typeof value !== 'string') throw invalid(detail);
  const pattern = compilers.get(type)?.(value);
  if (pattern === undefined) throw invalid(detail);
  return pattern;
}

const compilers = new Map<string, (value: string) => PrincipalPattern | undefined>([
  ['AWS', awsPrincipal],
  ['Service', (service) => (serviceForm.test(service) ? { kind: 'service', service } : undefined)],
  ['CanonicalUser', (id) => (/^[0-9a-f]{64}$/.test(id) ? { kind: 'canonicalUser', id } : undefined)],
  ['Federated', (provider) => (provider === '' ? undefined : { kind: 'federated', provider })],
]);

function awsPrincipal(value: string): PrincipalPattern | undefined {
  if (value === '*') return { kind: 'everybody' };
  const bound = unboundPrincipal(value);
  if (bound !== undefined) return { kind: 'uniqueId', id: bound.id };
  if (uniqueIdForm.test(value)) return { kind: 'uniqueId', id: value };
  const accountId = /^\d{12}$/.test(value) ? value : rootForm.exec(value)?.[1];
  if (accountId !== undefined) return { kind: 'account', accountId };
  // A wildcard never stands for part of a principal's name.
  return arnForm.test(value) && !/[*?]/.test(value) ? { kind: 'arn', arn: value } : undefined;
}

function invalid(detail: string): MalformedPolicyError {
  return new MalformedPolicyError('Invalid principal in policy', detail.slice(0, 256));
}

/** Who asks, as far as principals are matched. */
export interface Caller {
  readonly principal: Principal;
  /** S3's other name of the caller's account. */
  readonly canonicalUserId?: string | undefined;
  /** Its permissions have a boundary. */
  readonly isBounded?: boolean;
}

/** The strongest of the matches; undefined when none of the patterns is about this caller. */
export function matchPrincipal(
  patterns: readonly PrincipalPattern[],
  caller: Caller,
): PrincipalMatch | undefined {
  let strongest: PrincipalMatch | undefined;
  for (const pattern of patterns) {
    const match = matchOne(pattern, caller);
    if (match === undefined) continue;
    if (strongest === undefined || strengthOf[match] > strengthOf[strongest]) strongest = match;
  }
  return strongest;
}

/**
 * Whether NotPrincipal leaves the caller out. Every level of it has to be listed: account, user or role, session. And
 * nobody with a permissions boundary is left out, whoever is listed.
 * Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
 */
export function isExcepted(patterns: readonly PrincipalPattern[], caller: Caller): boolean {
  if (patterns.some(({ kind }) => kind === 'everybody')) return true;
  if (caller.isBounded === true) return false;
  const { principal } = caller;
  const levels = new Set(patterns.map((pattern) => matchOne(pattern, caller)));
  const namesAccount = patterns.some(
    (pattern) =>
      (pattern.kind === 'account' || pattern.kind === 'canonicalUser') &&
      matchOne(pattern, caller) !== undefined,
  );
  switch (principal.kind) {
    case 'root':
      return namesAccount;
    case 'user':
      return namesAccount && levels.has('named');
    case 'assumedRole':
      return namesAccount && levels.has('issuer') && levels.has('named');
    case 'federatedUser':
      return (
        namesAccount && levels.has('named') && (principal.issuer.kind === 'root' || levels.has('issuer'))
      );
    default:
      return levels.has('named');
  }
}

function matchOne(pattern: PrincipalPattern, caller: Caller): PrincipalMatch | undefined {
  const { principal } = caller;
  switch (pattern.kind) {
    case 'everybody':
      return 'everybody';
    case 'account':
      return principalAccountId(principal) === pattern.accountId ? accountMatch(principal) : undefined;
    case 'arn':
      if (principalArn(principal) === pattern.arn) return 'named';
      return issuerOf(principal)?.arn === pattern.arn ? 'issuer' : undefined;
    case 'uniqueId':
      if (principal.kind === 'user' && principal.userId === pattern.id) return 'named';
      return issuerOf(principal)?.id === pattern.id ? 'issuer' : undefined;
    case 'service':
      return principal.kind === 'service' && principal.service === pattern.service ? 'named' : undefined;
    case 'canonicalUser':
      return caller.canonicalUserId === pattern.id ? accountMatch(principal) : undefined;
    case 'federated':
      return principal.kind === 'webIdentity' && principal.provider === pattern.provider
        ? 'named'
        : undefined;
  }
}

/** The role of a session, the user behind a federated one: `sessionIssuer` of records. */
function issuerOf(principal: Principal): { readonly arn: string; readonly id: string } | undefined {
  if (principal.kind === 'assumedRole') return { arn: principal.roleArn, id: principal.roleId };
  if (principal.kind !== 'federatedUser' || principal.issuer.kind === 'root') return undefined;
  return { arn: principal.issuer.arn, id: principal.issuer.userId };
}

/** An account's root is the account itself; a session of AssumeRoot stays within its task policy. */
function accountMatch(principal: Principal): PrincipalMatch {
  if (principal.kind !== 'root') return 'account';
  return principal.session?.assumedRoot === undefined ? 'named' : 'issuer';
}
