// SPDX-License-Identifier: Apache-2.0
import type { AuthorizationMessages } from '../../identity/authorization-messages.js';
import type { MfaGuesses } from '../../identity/mfa-guesses.js';
import type { IssuerKeys } from '../../identity/oidc/issuer-keys.js';
import type { SecretBox } from '../../identity/secret-box.js';
import type { SessionTokens } from '../../identity/session-token.js';
import type { ServiceModel } from '../../wire/service-model.js';

export interface StsDependencies {
  readonly model: ServiceModel;
  readonly sessionTokens: SessionTokens;
  /** Opens the seeds of MFA devices. */
  readonly secretBox: SecretBox;
  readonly mfaGuesses: MfaGuesses;
  readonly issuerKeys: IssuerKeys;
  readonly authorizationMessages: AuthorizationMessages;
  /** The Region of unsigned calls whose host names none. */
  readonly homeRegion: string;
}
