// SPDX-License-Identifier: Apache-2.0
import {
  type RoleDocument,
  roleArn,
  roleKey,
  type UserDocument,
  userArn,
  userKey,
} from '../iam-documents.js';
import { boundPrincipal, unboundPrincipal } from './bound-principal.js';
import { type JsonPlace, memberOf, statementPlaces } from './json-places.js';
import { MalformedPolicyError } from './malformed-policy-error.js';

interface State {
  get<T>(key: string): T | undefined;
}

/**
 * The text of a policy as it is to be stored: where it names a user or role, the unique id is written beside the ARN, so that
 * it never speaks of a successor who got the name of a deleted one. Everything else stays as it is, byte for byte.
 * Throws MalformedPolicyError ("Invalid principal in policy") when there is no such user or role.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal": ARNs are transformed to unique ids when a policy is saved.
 */
export function bindPrincipals(text: string, state: State): string {
  return replacePrincipals(text, (value) => {
    if (value.includes('|')) throw invalid(value);
    const named = parseArn(value);
    if (named === undefined) return value;
    const id = idOf(named, value, state);
    if (id === undefined) throw invalid(value);
    return boundPrincipal({ arn: value, id });
  });
}

/**
 * The text as whoever put it sees it again: ARNs of users and roles who are still there; of the others what AWS shows too,
 * their unique ids.
 */
export function shownPolicyText(stored: string, state: State): string {
  if (!stored.includes('|')) return stored;
  return replacePrincipals(stored, (value) => {
    const bound = unboundPrincipal(value);
    if (bound === undefined) return value;
    const named = parseArn(bound.arn);
    const isThere = named !== undefined && idOf(named, bound.arn, state) === bound.id;
    return isThere ? bound.arn : bound.id;
  });
}

interface NamedPrincipal {
  readonly accountId: string;
  readonly kind: string;
  readonly name: string;
}

function parseArn(arn: string): NamedPrincipal | undefined {
  const [, accountId, kind, name] = /^arn:aws:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (accountId === undefined || kind === undefined || name === undefined) return undefined;
  return { accountId, kind, name };
}

/** The unique id; undefined when nobody has exactly this ARN. */
function idOf({ accountId, kind, name }: NamedPrincipal, arn: string, state: State): string | undefined {
  if (kind === 'user') {
    const user = state.get<UserDocument>(userKey(accountId, name));
    return user !== undefined && userArn(user) === arn ? user.userId : undefined;
  }
  const role = state.get<RoleDocument>(roleKey(accountId, name));
  return role !== undefined && roleArn(role) === arn ? role.roleId : undefined;
}

function invalid(value: string): MalformedPolicyError {
  const detail = `"AWS" : ${JSON.stringify(value)}`;
  return new MalformedPolicyError('Invalid principal in policy', detail.slice(0, 256));
}

function replacePrincipals(text: string, replace: (value: string) => string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of statementPlaces(text).flatMap(principalPlaces)) {
    const value = JSON.parse(text.slice(start, end)) as string;
    const replaced = replace(value);
    if (replaced === value) continue;
    result += text.slice(from, start) + JSON.stringify(replaced);
    from = end;
  }
  return result + text.slice(from);
}

/** The strings under `AWS` of Principal and NotPrincipal, in their order. */
function principalPlaces(statement: JsonPlace): JsonPlace[] {
  return ['Principal', 'NotPrincipal']
    .flatMap((element) => memberOf(statement, element) ?? [])
    .flatMap((element) => memberOf(element, 'AWS') ?? [])
    .flatMap((values) => (values.kind === 'array' ? values.items : [values]))
    .filter(({ kind }) => kind === 'string');
}
