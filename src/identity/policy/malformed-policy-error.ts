// SPDX-License-Identifier: Apache-2.0

/**
 * A policy document that cannot be taken. The message is the one of S3's MalformedPolicy answer (IAM's
 * MalformedPolicyDocument has the same reasons), `detail` what S3 adds in its Detail element.
 */
export class MalformedPolicyError extends Error {
  override readonly name = 'MalformedPolicyError';

  constructor(
    message: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}
