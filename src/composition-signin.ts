// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { HttpsDocumentFetcher } from './adapters/document-fetcher/https-document-fetcher.js';
import type { Identities } from './composition-identity.js';
import type { LocalCairn } from './composition-local.js';
import { Passwords } from './identity/passwords.js';
import type { RunCallDependencies } from './request-path/run-call.js';
import { SigninApi, type SigninApiDependencies } from './request-path/signin/signin-api.js';
import { stsService } from './services/all-services.js';
import type { Settings } from './settings.js';
import { OidcEndpoints } from './signin/oidc-endpoints.js';
import { CsrfTokens } from './signin/session-tokens.js';
import { setRootPassword, type WantedRootPassword } from './signin/set-root-password.js';
import { SigninAttempts } from './signin/signin-attempts.js';

/**
 * A failed sign-in is answered at the next whole one of these after it came: what is left of the work's differences (a
 * record that is written for a known account alone) is smaller than that.
 */
const answerStepMs = 250;

type Local = Pick<LocalCairn, 'stateStore' | 'eventLog' | 'secretBox' | 'keyFor' | 'clock'>;

/** Signing in, on the same passwords, codes, tokens and keys as the services of identities. */
export function openSignin(
  { secretBox, keyFor, clock }: Local,
  { iam, sts }: Identities,
  { publicUrl, oidcSignIn }: Pick<Settings, 'publicUrl' | 'oidcSignIn'>,
  calls: RunCallDependencies,
  onRefused: SigninApiDependencies['onRefused'],
): SigninApi {
  const { passwords, mfaGuesses } = iam;
  return new SigninApi({
    calls,
    signIn: { passwords, secretBox, mfaGuesses, randomBytes },
    attempts: new SigninAttempts(),
    csrfTokens: new CsrfTokens(keyFor('cairn sign-in CSRF tokens 1')),
    sessionTokens: sts.sessionTokens,
    sts: stsService(sts),
    issuerKeys: sts.issuerKeys,
    oidc: new OidcEndpoints({ web: new HttpsDocumentFetcher(), clock, settings: oidcSignIn }),
    publicUrl,
    onRefused,
    settle: async ({ receivedAtMs }) => {
      const elapsedMs = Math.max(0, clock.now() - receivedAtMs);
      await setTimeout(answerStepMs - (elapsedMs % answerStepMs));
    },
  });
}

/** How the operator's commands give a root an e-mail address and a password. */
export function setRootPasswordOf(
  { eventLog, stateStore, clock }: Pick<Local, 'eventLog' | 'stateStore' | 'clock'>,
  passwords = new Passwords({ randomBytes }),
): (wanted: WantedRootPassword) => Promise<void> {
  return (wanted) =>
    setRootPassword(wanted, { eventLog, stateStore, passwords, newId: randomUUID, now: () => clock.now() });
}
