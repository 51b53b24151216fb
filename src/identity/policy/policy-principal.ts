// SPDX-License-Identifier: Apache-2.0
import { type Principal, principalArn } from '../principal.js';
import { MalformedPolicyError } from './malformed-policy-error.js';

/**
 * Who a statement is about.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
export type PrincipalPattern =
  | { readonly kind: 'everybody' }
  /** An account as a whole, given as its number or its root: whoever is in it. */
  | { readonly kind: 'account'; readonly accountId: string }
  /** One user, role or session, by ARN; or by the unique id that is left of a deleted one. */
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'canonicalUser'; readonly id: string }
  | { readonly kind: 'federated'; readonly provider: string };

/** How closely a statement names the caller: to be in a named account is not yet to be named. */
export type PrincipalMatch = 'everybody' | 'account' | 'named';

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
  const accountId = /^\d{12}$/.test(value) ? value : rootForm.exec(value)?.[1];
  if (accountId !== undefined) return { kind: 'account', accountId };
  // A wildcard never stands for part of a principal's name.
  const isNamed = (arnForm.test(value) && !/[*?]/.test(value)) || uniqueIdForm.test(value);
  return isNamed ? { kind: 'arn', arn: value } : undefined;
}

function invalid(detail: string): MalformedPolicyError {
  return new MalformedPolicyError('Invalid principal in policy', detail.slice(0, 256));
}

/** The closest of the matches; undefined when none of the patterns is about this caller. */
export function matchPrincipal(
  patterns: readonly PrincipalPattern[],
  principal: Principal,
  canonicalUserId: string | undefined,
): PrincipalMatch | undefined {
  const matches = patterns.map((pattern) => matchOne(pattern, principal, canonicalUserId));
  return (['named', 'account', 'everybody'] as const).find((match) => matches.includes(match));
}

function matchOne(
  pattern: PrincipalPattern,
  principal: Principal,
  canonicalUserId: string | undefined,
): PrincipalMatch | undefined {
  switch (pattern.kind) {
    case 'everybody':
      return 'everybody';
    case 'account':
      return accountIdOf(principal) === pattern.accountId ? accountMatch(principal) : undefined;
    case 'arn':
      return principalArn(principal) === pattern.arn ? 'named' : undefined;
    case 'service':
      return principal.kind === 'service' && principal.service === pattern.service ? 'named' : undefined;
    case 'canonicalUser':
      return canonicalUserId === pattern.id ? accountMatch(principal) : undefined;
    case 'federated':
      return undefined;
  }
}

function accountIdOf(principal: Principal): string | undefined {
  return 'accountId' in principal ? principal.accountId : undefined;
}

/** An account's root is the account itself. */
function accountMatch(principal: Principal): PrincipalMatch {
  return principal.kind === 'root' ? 'named' : 'account';
}
