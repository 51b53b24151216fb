// SPDX-License-Identifier: Apache-2.0

/** A failure that the user can act on: its message is all that is shown, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
