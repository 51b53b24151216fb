// SPDX-License-Identifier: Apache-2.0

/** A refusal in words for whoever signs in; it says nothing of who is there and who is not. */
export class SigninError extends Error {
  override readonly name = 'SigninError';
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly retryAfterSec?: number,
  ) {
    super(message);
  }
}

export function invalidInput(message: string): SigninError {
  return new SigninError('ValidationError', 400, message);
}

/** The one form of every failed sign-in, whatever was wrong. */
export function signinFailed(): SigninError {
  return new SigninError(
    'SignInFailed',
    401,
    'Your authentication information is incorrect. Please try again.',
  );
}

export function notSignedIn(): SigninError {
  return new SigninError('NotSignedIn', 401, 'There is no sign-in session, or it has ended.');
}
