// SPDX-License-Identifier: Apache-2.0
import type { UserDocument } from '../../../identity/iam-documents.js';
import type { Call } from '../../service.js';
import { openEntity } from './entity.js';
import { noSuchEntity, validationError } from './iam-error.js';

/** Whom a request is about: a user, or the root of the account. */
export type Person = { readonly kind: 'user'; readonly user: UserDocument } | { readonly kind: 'root' };

/**
 * Whom a request means that may leave out the user's name: then whoever makes it.
 * Throws NoSuchEntity, or ValidationError when the caller is no user and not the root.
 */
export function namedPerson(userName: string | undefined, call: Call): Person {
  if (userName !== undefined) return { kind: 'user', user: openUser(userName, call) };
  const { principal } = call;
  if (principal.kind === 'root' && principal.accountId === call.accountId) return { kind: 'root' };
  if (principal.kind !== 'user') throw mustNameUser();
  const user = openUser(principal.userName, call);
  // Renamed or deleted since the credentials were looked at, and the name is somebody else's.
  if (user.userId !== principal.userId)
    throw noSuchEntity(`The user with name ${principal.userName} cannot be found.`);
  return { kind: 'user', user };
}

/** The same where temporary credentials of a user do not tell whom is meant. Source: IAM API Reference, "ListAccessKeys". */
export function namedKeyOwner(userName: string | undefined, call: Call): Person {
  const { principal } = call;
  if (userName === undefined && principal.kind === 'user' && principal.session !== undefined)
    throw mustNameUser();
  return namedPerson(userName, call);
}

function mustNameUser(): Error {
  return validationError('Must specify userName when calling with non-User credentials');
}

export function openUser(
  userName: string,
  { state, accountId }: Pick<Call, 'state' | 'accountId'>,
): UserDocument {
  return openEntity(state, accountId, 'user', userName).document;
}
