// SPDX-License-Identifier: Apache-2.0
import type {
  ConstraintViolationExceptionReason,
  HandshakeConstraintViolationExceptionReason,
  InvalidInputExceptionReason,
} from '@aws-sdk/client-organizations';
import { WireError } from '../../wire/wire-error.js';

/** An error of the model; its status is 400. */
export function refusal(code: string, message: string, reason?: string): WireError {
  return new WireError(`${code}Exception`, message, {
    status: 400,
    ...(reason === undefined ? {} : { fields: { Reason: reason } }),
  });
}

export function constraint(reason: ConstraintViolationExceptionReason, message: string): WireError {
  return refusal('ConstraintViolation', message, reason);
}

export function handshakeConstraint(
  reason: HandshakeConstraintViolationExceptionReason,
  message: string,
): WireError {
  return refusal('HandshakeConstraintViolation', message, reason);
}

export function invalidInput(reason: InvalidInputExceptionReason, message: string): WireError {
  return refusal('InvalidInput', message, reason);
}

export const accessDenied = (): WireError =>
  refusal('AccessDenied', "You don't have permissions to access this resource.");

export const notInUse = (): WireError =>
  refusal('AWSOrganizationsNotInUse', 'Your account is not a member of an organization.');

const patternMessage = 'You provided a value that does not match the required pattern.';

/** An id of the right form. */
export function verifyForm(id: string | undefined, isForm: (id: string) => boolean): string {
  if (id !== undefined && isForm(id)) return id;
  throw invalidInput('INVALID_PATTERN', patternMessage);
}

export function verifyTargetForm(id: string | undefined, isForm: (id: string) => boolean): string {
  if (id !== undefined && isForm(id)) return id;
  throw invalidInput(
    'INVALID_PATTERN_TARGET_ID',
    'You specified a policy target ID that does not match the required pattern.',
  );
}

/** Text within its lengths, in Unicode characters. */
export function verifyLength(name: string, text: string, min: number, max: number): string {
  const { length } = [...text];
  if (length > max)
    throw invalidInput(
      'MAX_LENGTH_EXCEEDED',
      `You provided a value for ${name} that is longer than ${max} characters.`,
    );
  if (length < min)
    throw invalidInput(
      'MIN_LENGTH_EXCEEDED',
      `You provided a value for ${name} that is shorter than ${min} characters.`,
    );
  return text;
}

export function verifyOneOf<Value extends string>(value: string | undefined, all: readonly Value[]): Value {
  const known = all.find((one) => one === value);
  if (known !== undefined) return known;
  throw invalidInput('INVALID_ENUM', `You specified an invalid value. Valid values: ${all.join(', ')}.`);
}
