// SPDX-License-Identifier: Apache-2.0
//
// IAM's errors by the names of their shapes, as records have them (`NoSuchEntityException`); the wire puts the query
// protocol's code in their place (`NoSuchEntity`).
import { WireError } from '../../../wire/wire-error.js';

export function noSuchEntity(message: string): WireError {
  return new WireError('NoSuchEntityException', message);
}

export function alreadyExists(message: string): WireError {
  return new WireError('EntityAlreadyExistsException', message);
}

export function limitExceeded(message: string): WireError {
  return new WireError('LimitExceededException', message);
}

/** `Cannot exceed quota for RolesPerAccount: 1000` */
export function quotaExceeded(quota: string, max: number): WireError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${max}`);
}

export function deleteConflict(message: string): WireError {
  return new WireError('DeleteConflictException', message);
}

export function invalidInput(message: string): WireError {
  return new WireError('InvalidInputException', message);
}

export function malformedPolicyDocument(message: string): WireError {
  return new WireError('MalformedPolicyDocumentException', message);
}

export function unmodifiable(message: string): WireError {
  return new WireError('UnmodifiableEntityException', message);
}

/** Of the query protocol itself, in no service's model. Source: IAM API Reference, "Common Errors". */
export function validationError(message: string): WireError {
  return new WireError('ValidationError', message, { status: 400 });
}
