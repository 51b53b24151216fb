// SPDX-License-Identifier: Apache-2.0
import type { MfaGuesses } from '../../identity/mfa-guesses.js';
import type { Passwords } from '../../identity/passwords.js';
import type { SecretBox } from '../../identity/secret-box.js';
import type { RandomBytes } from '../../identity/unique-id.js';
import type { ServiceModel } from '../../wire/service-model.js';

export interface IamDependencies {
  readonly model: ServiceModel;
  /** Seals the secrets of access keys and the seeds of MFA devices. */
  readonly secretBox: SecretBox;
  readonly passwords: Passwords;
  /** Wrong codes of MFA devices, counted together with STS's. */
  readonly mfaGuesses: MfaGuesses;
  /** Wrong old passwords, by user id: whoever has a user's key must not try them all. */
  readonly passwordGuesses: Pick<MfaGuesses, 'mayTry' | 'noteWrong'>;
  /** Of new ids and seeds. */
  readonly randomBytes: RandomBytes;
  /** The base of issuer URLs, where it is not the address that the caller used. */
  readonly publicUrl: string | undefined;
}
