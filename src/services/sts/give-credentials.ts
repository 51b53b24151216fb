// SPDX-License-Identifier: Apache-2.0
import type { Credentials } from '@aws-sdk/client-sts';
import { type SessionSubject, SessionTokenTooLargeError } from '../../identity/session-token.js';
import { WireError } from '../../wire/wire-error.js';
import type { StsDependencies } from './sts-dependencies.js';

/** New temporary credentials, as STS answers them. */
export function giveCredentials(
  { sessionTokens }: Pick<StsDependencies, 'sessionTokens'>,
  subject: SessionSubject,
): Credentials {
  try {
    const given = sessionTokens.issue(subject);
    return {
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      SessionToken: given.sessionToken,
      Expiration: new Date(given.expiresAtMs),
    };
  } catch (error) {
    if (!(error instanceof SessionTokenTooLargeError)) throw error;
    const message = 'The session policies, session tags and claims do not fit into a session token.';
    throw new WireError('PackedPolicyTooLargeException', message, { status: 400 });
  }
}
